#pragma once

/// Stores values by an `inspect` of CAF's, if they have no form in JSON. A project that includes it
/// links to libsync::json, too.

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include "libsync/actors/detail/caf/bytes.hpp"
#include "libsync/actors/inspect_data.hpp"

#include "libsync/json/codec.hpp"
#include "libsync/json/read.hpp"

namespace libsync {

namespace detail {

[[nodiscard]] inline std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char each : bytes) {
    const auto byte = static_cast<unsigned char>(each);
    text.push_back(digits[byte >> 4U]);
    text.push_back(digits[byte & 15U]);
  }
  return text;
}

[[nodiscard]] inline std::string from_hex(std::string_view text) {
  const auto digit = [](char of) -> unsigned {
    if (of >= '0' && of <= '9')
      return static_cast<unsigned>(of - '0');
    if (of >= 'a' && of <= 'f')
      return static_cast<unsigned>(of - 'a') + 10;
    throw json_error{std::string{"expected a hexadecimal digit, found `"} + of + '`'};
  };
  if (text.size() % 2 != 0)
    throw json_error{"expected an even number of hexadecimal digits"};
  std::string bytes;
  for (std::size_t i = 0; i != text.size(); i += 2)
    bytes.push_back(static_cast<char>(digit(text[i]) << 4U | digit(text[i + 1])));
  return bytes;
}

} // namespace detail

/// The bytes that `inspect` writes, as hexadecimal digits. They are those of the CAF version that
/// wrote them, and cannot be read by eye. Throws std::runtime_error with CAF's reason.
template <class T>
requires(!detail::has_json<T> &&
         (detail::compat::has_inspect<T> || detail::is_plain_variant<T>)) struct stored_form<T> {
  static nlohmann::json write(const T& value) {
    std::string bytes;
    if (const auto failed = detail::compat::to_bytes(
            nullptr, bytes, [&](auto& into) { return detail::write(into, value); }))
      throw std::runtime_error(reason_of(failed));
    return detail::to_hex(bytes);
  }

  static T read(const nlohmann::json& from) {
    T value{};
    std::size_t left = 0;
    if (const auto failed = detail::compat::from_bytes(
            nullptr, detail::from_hex(detail::read<std::string>(from)),
            [&](auto& out_of) { return detail::transfer(out_of, value); }, left))
      throw std::runtime_error(reason_of(failed));
    if (left != 0)
      throw std::runtime_error(std::to_string(left) + " bytes are left");
    return value;
  }

private:
  static std::string reason_of(const caf::error& why) {
    const auto [place, reason] = detail::compat::place_and_reason(why);
    return place.empty() ? reason : place + ": " + reason;
  }
};

} // namespace libsync
