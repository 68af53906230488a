#pragma once

/// A checksum that detects damaged bytes.

#include <array>
#include <cstdint>
#include <string_view>

namespace libsync::detail {

// What each byte makes of a CRC of 0.
inline constexpr auto crc32_of_byte = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit)
      rest = (rest & 1U) != 0 ? rest >> 1 ^ 0xedb8'8320 : rest >> 1;
    table[byte] = rest;
  }
  return table;
}();

/// Returns the CRC-32 of some bytes as Ethernet (IEEE 802.3), zlib and PNG compute it; that of
/// "123456789" is cbf43926. Given what was returned for the bytes before them, it returns that of
/// all together. It tells any damage within 32 bits in a row; of other damage one case in 2^32 is
/// not seen. It is no protection from those who mean harm.
constexpr std::uint32_t crc32(std::string_view bytes, std::uint32_t before = 0) noexcept {
  std::uint32_t rest = ~before;
  for (const char byte : bytes)
    rest = crc32_of_byte[(rest ^ static_cast<unsigned char>(byte)) & 0xff] ^ rest >> 8;
  return ~rest;
}

static_assert(crc32("123456789") == 0xcbf4'3926);

} // namespace libsync::detail
