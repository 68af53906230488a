#pragma once

/// A user's values as bytes, by their `inspect`.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/network/detail/wire_bytes.hpp"

#include "libsync/actors/detail/caf/bytes.hpp"
#include "libsync/actors/detail/caf/version.hpp"
#include "libsync/actors/inspect_data.hpp"

#include <caf/all.hpp>

namespace libsync::detail {

// Whether a type may travel, as far as that can be told without trying it: a class of a user's
// needs an `inspect`.
template <class T>
inline constexpr bool may_travel = !std::is_class_v<T> || compat::has_inspect<T>;
template <template <class...> class Template, class... Parts>
inline constexpr bool may_travel<Template<Parts...>> = true; // as CAF knows it
template <class... Alternatives>
inline constexpr bool may_travel<std::variant<Alternatives...>> = (may_travel<Alternatives> && ...);

/// Writes values one after the other, in the form of the version of CAF at hand. What is read is
/// bounded by the count that the reader expects, not by what the bytes claim.
struct inspect_form {
  /// What both ends must agree upon.
  static std::string name() {
    constexpr int version = LIBSYNC_CAF_VERSION;
    return "inspect of CAF " +
           (version < 100 ? "0." + std::to_string(version) : std::to_string(version / 100));
  }

  /// Throws wire_error with the reason of the `inspect`.
  template <class T>
  static void write(std::span<const T> all, std::string& to) {
    static_assert(may_travel<T>,
                  "libsync: this type has no `inspect`, by which its values travel to other "
                  "processes: write one beside it, as for CAF's messages");
    const auto failed = compat::to_bytes(nullptr, to, [&](auto& into) -> caf::error {
      for (const auto& one : all)
        if (auto why = detail::write(into, one))
          return why;
      return {};
    });
    if (failed)
      fail("a value to be sent", failed);
  }

  template <class T>
  static std::vector<T> read(std::string_view from, std::size_t count, const char* where) {
    static_assert(may_travel<T>,
                  "libsync: this type has no `inspect`, by which its values travel to other "
                  "processes: write one beside it, as for CAF's messages");
    std::vector<T> all;
    std::size_t left = 0;
    const auto failed = compat::from_bytes(
        nullptr, std::string{from},
        [&](auto& out_of) -> caf::error {
          while (all.size() != count)
            if (auto why = detail::transfer(out_of, all.emplace_back()))
              return why;
          return {};
        },
        left);
    if (failed)
      fail(where, failed);
    if (left != 0)
      throw wire_error{std::string{where} + ": " + std::to_string(left) + " bytes are left"};
    return all;
  }

private:
  [[noreturn]] static void fail(const char* where, const caf::error& why) {
    const auto [place, reason] = compat::place_and_reason(why);
    throw wire_error{std::string{where} + ": " + (place.empty() ? "" : place + ": ") + reason};
  }
};

} // namespace libsync::detail
