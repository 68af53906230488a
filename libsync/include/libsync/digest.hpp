#pragma once

/// Digests: numbers that stand for data, by which copies are compared.

#include <concepts>
#include <cstdint>
#include <functional>
#include <string_view>

namespace libsync {

/// There is a function `std::uint64_t digest(const T&)` beside the type, found as `reduce` is.
/// Equal values must have equal digests, wherever they lie in memory; different values should have
/// different ones.
template <class T>
concept has_digest = requires(const T& value) {
  { digest(value) } -> std::convertible_to<std::uint64_t>;
};

/// Makes the digest of data. It may be called on several threads at once.
template <class Data>
using digest_function = std::function<std::uint64_t(const Data&)>;

/// Returns the digest of a text, or of bytes, by FNV-1a (Fowler, Noll and Vo).
[[nodiscard]] constexpr std::uint64_t digest_of_text(std::string_view text) noexcept {
  std::uint64_t made = 0xCBF29CE484222325U;
  for (const char next : text)
    made = (made ^ static_cast<unsigned char>(next)) * 0x100000001B3U;
  return made;
}

/// Returns the function `digest` beside the data. That it is missing is an error of compilation,
/// which says so in a sentence.
template <class Data>
[[nodiscard]] digest_function<Data> digest_beside() {
  static_assert(has_digest<Data>,
                "libsync: to compare copies of these data, an audit needs a function "
                "`std::uint64_t digest(const Data&)` beside them, or one that it is given, such as "
                "libsync::json_digest or libsync::inspect_digest");
  if constexpr (has_digest<Data>)
    return [](const Data& data) -> std::uint64_t { return digest(data); };
  else
    return {};
}

} // namespace libsync
