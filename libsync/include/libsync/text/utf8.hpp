#pragma once

/// UTF-8 with lengths in UTF-16 code units.
///
/// A character up to U+FFFF has one unit. A character above has two, a surrogate pair. In UTF-8 a
/// character takes one to four bytes, and four exactly if it has two units.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace libsync::utf8 {

inline constexpr std::size_t npos = std::string_view::npos;

namespace detail {

constexpr bool continues(unsigned char byte) noexcept {
  return (byte & 0xC0) == 0x80;
}

/// Bytes of the character that begins with this byte, in valid UTF-8.
constexpr std::size_t width(unsigned char first) noexcept {
  return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

// The number of bytes of the valid character at the beginning; 0 if there is none. The second byte
// is what excludes overlong forms, surrogates, and what lies beyond U+10FFFF (Unicode, table 3-7).
constexpr std::size_t valid_width(std::string_view from) noexcept {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(from[at]); };
  const unsigned char first = byte(0);
  if (first < 0x80)
    return 1;
  if (first < 0xC2 || first > 0xF4 || from.size() < width(first))
    return 0;
  const unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high)
    return 0;
  for (std::size_t i = 2; i < width(first); ++i)
    if (!continues(byte(i)))
      return 0;
  return width(first);
}

// How many code units begin at a byte: one if it begins a character, and a second one if that is
// four bytes long.
constexpr std::uint8_t units_begun(unsigned char byte) noexcept {
  return static_cast<std::uint8_t>((continues(byte) ? 0 : 1) + (byte >= 0xF0 ? 1 : 0));
}

inline constexpr std::size_t block = 64;

// How many begin in a block. They fit into a byte, so compilers count sixteen at once.
inline std::size_t units_begun_in_block(const char* from) noexcept {
  std::uint8_t units = 0;
  for (std::size_t i = 0; i < block; ++i)
    units = static_cast<std::uint8_t>(units + units_begun(static_cast<unsigned char>(from[i])));
  return units;
}

inline constexpr std::size_t word = sizeof(std::uint64_t);

// How many begin in eight bytes: in each, the highest bits say it, and are added up on top.
inline std::size_t units_begun_in_word(const char* from) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101;
  std::uint64_t all = 0;
  std::memcpy(&all, from, word);
  const auto begins = (~(all >> 7) | all >> 6) & ones;
  const auto is_long = all >> 7 & all >> 6 & all >> 5 & all >> 4 & ones;
  return static_cast<std::size_t>((begins + is_long) * ones >> 56);
}

} // namespace detail

/// Returns the offset of the first byte that begins no valid character; `npos` if all is UTF-8.
inline std::size_t find_invalid(std::string_view all) noexcept {
  for (std::size_t at = 0; at < all.size();) {
    std::uint64_t eight = 0;
    if (all.size() - at >= sizeof eight) {
      std::memcpy(&eight, all.data() + at, sizeof eight);
      if ((eight & 0x8080808080808080U) == 0) {
        at += sizeof eight;
        continue;
      }
    }
    const auto width = detail::valid_width(all.substr(at));
    if (width == 0)
      return at;
    at += width;
  }
  return npos;
}

/// Returns the length of valid UTF-8 in UTF-16 code units.
inline std::size_t units(std::string_view valid) noexcept {
  const char* at = valid.data();
  const char* end = at + valid.size();
  std::size_t units = 0;
  for (; static_cast<std::size_t>(end - at) >= detail::block; at += detail::block)
    units += detail::units_begun_in_block(at);
  for (; static_cast<std::size_t>(end - at) >= detail::word; at += detail::word)
    units += detail::units_begun_in_word(at);
  for (; at != end; ++at)
    units += detail::units_begun(static_cast<unsigned char>(*at));
  return units;
}

/// How far `advance` came.
struct advanced {
  std::size_t bytes = 0;
  /// Units that are missing. With `in_pair`, the next character has two and one was asked for;
  /// else the text ends there.
  std::uint64_t missing = 0;
  bool in_pair = false;
};

/// Moves over `units` code units from the beginning of valid UTF-8.
inline advanced advance(std::string_view valid, std::uint64_t units) noexcept {
  std::size_t at = 0;
  // At most one more unit begins in a block than it has bytes: its last byte may begin a character
  // of two. A character that a block's end cuts has begun in that block, so its rest is passed
  // below.
  while (valid.size() - at >= detail::block && units > detail::block) {
    units -= detail::units_begun_in_block(valid.data() + at);
    at += detail::block;
  }
  while (valid.size() - at >= detail::word && units > detail::word) {
    units -= detail::units_begun_in_word(valid.data() + at);
    at += detail::word;
  }
  while (at < valid.size() && detail::continues(static_cast<unsigned char>(valid[at])))
    ++at;
  while (units != 0 && at < valid.size()) {
    const auto width = detail::width(static_cast<unsigned char>(valid[at]));
    const std::uint64_t here = width == 4 ? 2 : 1;
    if (here > units)
      return {at, units, true};
    units -= here;
    at += width;
  }
  return {at, units, false};
}

/// Returns the greatest offset up to `at` at which a character begins or the text ends.
inline std::size_t character_before(std::string_view valid, std::size_t at) noexcept {
  while (at < valid.size() && at != 0 && detail::continues(static_cast<unsigned char>(valid[at])))
    --at;
  return at;
}

} // namespace libsync::utf8
