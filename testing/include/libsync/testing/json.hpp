#pragma once

/// JSON in checks of data: a law for data that are stored, and a way to print operations. A project
/// that includes it links to libsync::json, too.

#include <concepts>
#include <cstddef>
#include <exception>
#include <string>
#include <string_view>

#include "libsync/json/data.hpp"
#include "libsync/json/read.hpp"
#include "libsync/json/statebox.hpp"
#include "libsync/json/text.hpp"
#include "libsync/statebox/statebox.hpp"

#include "libsync/testing/as_code.hpp"
#include "libsync/testing/detail/same.hpp"

namespace libsync::testing {

/// Returns the value whose JSON text this is, such as an operation that a failure has printed.
/// Throws json_error.
template <class T>
[[nodiscard]] T from_json_text(std::string_view text) {
  return libsync::detail::read<T>(libsync::detail::parse(text));
}

/// Returns the JSON text of a value, as it is within a stored box. Throws json_error.
template <class T>
[[nodiscard]] std::string to_json_text(const T& value) {
  return libsync::detail::text_of(libsync::detail::write(value), 0);
}

/// A law for `reducer_laws::also` and `statebox_laws::also`: data and operations, or boxes, that
/// are written as JSON are read back equal. They need JSON as libsync/json/statebox.hpp says it.
///
///     check_reducer<auction>({.also = {reads_back_from_json{}}}, make_bid)
///
/// Operations that cannot be compared are compared by their JSON.
struct reads_back_from_json {
  static constexpr const char* name = "what is stored as JSON reads back equal";

  template <class Data>
  std::string operator()(const Data&, const typename Data::operation& op, const Data& after) const {
    try {
      if (!same(from_json_text<Data>(to_json_text(after)), after))
        return "the data are read as others: " + shortened(to_json_text(after));
      const auto text = to_json_text(op);
      const auto again = from_json_text<typename Data::operation>(text);
      if (to_json_text(again) != text || !same_operation(again, op))
        return "the operation is read as another: " + shortened(text);
    } catch (const std::exception& thrown) {
      return std::string{"it cannot be read back: "} + thrown.what();
    }
    return {};
  }

  template <class Data, class Timestamp, std::size_t Origins>
  std::string operator()(const statebox<Data, Timestamp, Origins>& box) const {
    const auto text = write_json(box);
    if (!text)
      return "the box cannot be written: " + text.reason();
    const auto again = read_json<statebox<Data, Timestamp, Origins>>(*text);
    if (!again)
      return "the box cannot be read back: " + again.reason();
    return *again == box ? "" : "the box is read as another: " + shortened(*text);
  }

private:
  template <class T>
  [[nodiscard]] static bool same(const T& one, const T& other) {
    return detail::same(one, other);
  }

  template <class Op>
  [[nodiscard]] static bool same_operation(const Op& one, const Op& other) {
    if constexpr (std::equality_comparable<Op>)
      return one == other;
    else
      return true;
  }

  [[nodiscard]] static std::string shortened(const std::string& text) {
    constexpr std::size_t longest = 200;
    return text.size() <= longest ? text : text.substr(0, longest) + " ...";
  }
};

/// Prints operations as C++ that reads their JSON, for `reducer_laws::print`, where they have no
/// `operator<<`.
struct print_as_json {
  template <class Op>
  std::string operator()(const Op& op) const {
    return "libsync::testing::from_json_text<" + type_name<Op>() + ">(R\"json(" + to_json_text(op) +
           ")json\")";
  }
};

} // namespace libsync::testing
