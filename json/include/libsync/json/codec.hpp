#pragma once

/// How stores write a user's values: as JSON, unless another way is chosen for a type.

#include <concepts>
#include <type_traits>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "libsync/json/read.hpp"

namespace libsync {

namespace detail {

template <class T>
inline constexpr bool has_json = requires(nlohmann::json& to, const T& value,
                                          const nlohmann::json& from) {
  to = value;
  { from.get<T>() } -> std::same_as<T>;
};

template <class T>
inline constexpr bool has_json<std::vector<T>> = has_json<T>;

template <class... Alternatives>
requires is_plain_variant<std::variant<Alternatives...>>
inline constexpr bool has_json<std::variant<Alternatives...>> = (has_json<Alternatives> && ...);

} // namespace detail

/// Writes a value of a user's as JSON, and reads it. A specialization may do so in another way. It
/// throws whatever says in its `what()` what is wrong.
template <class T>
struct stored_form {
  static_assert(detail::has_json<T>,
                "libsync: to be stored, a type needs `to_json` and `from_json` of nlohmann::json, "
                "or an `inspect` of CAF's and #include <libsync/stored_inspect.hpp>");

  static nlohmann::json write(const T& value) { return detail::write(value); }
  static T read(const nlohmann::json& from) { return detail::read<T>(from); }
};

} // namespace libsync
