#pragma once

/// Reading JSON strictly, with errors that name the place.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/detail/path.hpp"

#include <nlohmann/json.hpp>

namespace libsync {

/// What is wrong with some JSON, and where. Thrown by `from_json` of libsync's types; `read_json`
/// makes a value of it.
class json_error : public std::exception {
public:
  explicit json_error(std::string reason) : reason_(std::move(reason)), what_(reason_) {}

  /// The same at a place: see `put_before`.
  template <class Place>
  json_error(const Place& outer, std::string reason) : json_error(std::move(reason)) {
    put_before(outer);
  }

  /// Says that the place so far lies within the member of this name, or the element of this index.
  template <class Place>
  void put_before(const Place& outer) {
    place_ = detail::place_in(outer, place_);
    what_ = place_ + ": " + reason_;
  }

  /// Such as `queue[3].time`; empty if it is all of it.
  [[nodiscard]] const std::string& place() const noexcept { return place_; }
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }
  /// Returns place and reason.
  [[nodiscard]] const char* what() const noexcept override { return what_.c_str(); }

private:
  std::string place_;
  std::string reason_;
  std::string what_;
};

namespace detail {

// Without the name and number of the exception, and not ever so long, since it may quote the input.
inline std::string reason_of(const std::exception& error) {
  constexpr std::size_t longest = 300;
  std::string text = error.what();
  if (text.starts_with("[json.exception."))
    text.erase(0, text.find("] ") + 2);
  if (text.size() > longest)
    text = text.substr(0, longest) + " ...";
  return text;
}

/// Returns what `function` returns; whatever it throws becomes a json_error that names the place.
template <class Place, class Function>
auto within(const Place& place, Function function) {
  try {
    return function();
  } catch (json_error& error) {
    error.put_before(place);
    throw;
  } catch (const std::exception& error) {
    throw json_error{place, reason_of(error)};
  }
}

[[noreturn]] inline void fail_expecting(const char* expected, const nlohmann::json& found) {
  throw json_error{std::string{"expected "} + expected + ", found " + found.type_name()};
}

/// Returns the array `from`, of `size` elements.
inline const nlohmann::json& array_of(std::size_t size, const nlohmann::json& from) {
  if (!from.is_array())
    fail_expecting("an array", from);
  if (from.size() != size)
    throw json_error{"expected " + std::to_string(size) + " elements, found " +
                     std::to_string(from.size())};
  return from;
}

template <std::integral Number>
Number read_integer(const nlohmann::json& from) {
  using limits = std::numeric_limits<Number>;
  const auto in_range = [](auto number) {
    // As 64 bits, since the standard's comparisons take no characters.
    using wide = std::conditional_t<std::is_signed_v<Number>, std::int64_t, std::uint64_t>;
    return std::cmp_less_equal(static_cast<wide>(limits::min()), number) &&
           std::cmp_less_equal(number, static_cast<wide>(limits::max()));
  };
  if (!from.is_number_integer())
    fail_expecting("an integer", from);
  const bool fits = from.is_number_unsigned() ? in_range(from.get<std::uint64_t>())
                                              : in_range(from.get<std::int64_t>());
  if (!fits)
    throw json_error{"expected an integer from " + std::to_string(limits::min()) + " to " +
                     std::to_string(limits::max()) + ", found " + from.dump()};
  return from.get<Number>();
}

template <class T>
inline constexpr bool is_plain_variant = false;

template <class... Alternatives>
inline constexpr bool is_plain_variant<std::variant<Alternatives...>> =
    !std::constructible_from<nlohmann::json, const std::variant<Alternatives...>&>;

template <class T>
inline constexpr bool is_vector = false;

template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;

template <class T>
T read(const nlohmann::json& from);

template <class T>
nlohmann::json write(const T& value);

/// Returns element `index` of an array that has it.
template <class T>
T read_element(const nlohmann::json& from, std::size_t index) {
  return within(index, [&] { return read<T>(from[index]); });
}

template <class T>
std::vector<T> read_array(const nlohmann::json& from) {
  if (!from.is_array())
    fail_expecting("an array", from);
  std::vector<T> all;
  for (std::size_t i = 0; i < from.size(); ++i)
    all.push_back(read_element<T>(from, i));
  return all;
}

template <class Variant, std::size_t Kind = 0>
Variant read_alternative(std::size_t kind, const nlohmann::json& from) {
  if constexpr (Kind == std::variant_size_v<Variant>) {
    throw json_error{"expected a number below " + std::to_string(Kind) + " first, found " +
                     std::to_string(kind)};
  } else {
    if (kind != Kind)
      return read_alternative<Variant, Kind + 1>(kind, from);
    using alternative = std::variant_alternative_t<Kind, Variant>;
    return within(std::size_t{1}, [&] {
      return Variant{std::in_place_index<Kind>, read<alternative>(from)};
    });
  }
}

/// Returns an array of all elements of a range.
template <class Range>
nlohmann::json write_array(const Range& range) {
  auto made = nlohmann::json::array();
  for (const auto& one : range)
    made.push_back(write(one));
  return made;
}

/// Returns the JSON of a value by its `to_json`. A std::variant that has none is written as
/// [number of the alternative, alternative]: so new alternatives go to the end.
template <class T>
nlohmann::json write(const T& value) {
  if constexpr (is_vector<T>) {
    return write_array(value);
  } else if constexpr (is_plain_variant<T>) {
    auto made = nlohmann::json::array({value.index()});
    made.push_back(std::visit([](const auto& one) { return write(one); }, value));
    return made;
  } else {
    nlohmann::json made = value;
    return made;
  }
}

/// Returns the value that was written so. Unlike `get`, it takes no number for another kind of
/// number or for a boolean, and none that does not fit. Throws json_error, or what the `from_json`
/// of a user throws.
template <class T>
T read(const nlohmann::json& from) {
  if constexpr (std::same_as<T, bool>) {
    if (!from.is_boolean())
      fail_expecting("true or false", from);
    return from.get<bool>();
  } else if constexpr (std::integral<T>) {
    return read_integer<T>(from);
  } else if constexpr (std::floating_point<T>) {
    if (!from.is_number())
      fail_expecting("a number", from);
    return from.get<T>();
  } else if constexpr (is_vector<T>) {
    return read_array<typename T::value_type>(from);
  } else if constexpr (is_plain_variant<T>) {
    const auto& both = array_of(2, from);
    const auto kind = within(std::size_t{0}, [&] { return read<std::size_t>(both[0]); });
    return read_alternative<T>(kind, both[1]);
  } else {
    return from.get<T>();
  }
}

/// Returns the member `name` of an object that has it.
template <class T>
T read_member(const nlohmann::json& from, std::string_view name) {
  return within(name, [&] { return read<T>(*from.find(name)); });
}

/// Accepts only an object with exactly the members of these names.
template <class Names>
void expect_members(const nlohmann::json& from, const Names& names) {
  if (!from.is_object())
    fail_expecting("an object", from);
  for (const std::string_view name : names)
    if (!from.contains(name))
      throw json_error{"expected a member `" + std::string{name} + '`'};
  for (const auto& [name, member] : from.items())
    if (std::ranges::find(names, name) == std::ranges::end(names))
      throw json_error{"unexpected member `" + name.substr(0, 100) + '`'};
}

} // namespace detail
} // namespace libsync
