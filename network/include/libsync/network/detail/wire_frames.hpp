#pragma once

/// How a stream of bytes is divided into messages.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libsync/network/detail/wire_bytes.hpp"

#include "libsync/detail/crc32.hpp"

namespace libsync::detail {

/// Before each message stand its length and its checksum, four bytes each, the lowest ones first.
inline constexpr std::size_t frame_head = 8;

inline void put_fixed(std::string& to, std::uint32_t value) {
  for (int shift = 0; shift != 32; shift += 8)
    to.push_back(static_cast<char>(value >> shift & 0xffU));
}
[[nodiscard]] inline std::uint32_t fixed_at(std::string_view from, std::size_t at) noexcept {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i != 4; ++i)
    value |= std::uint32_t{static_cast<unsigned char>(from[at + i])} << (8 * i);
  return value;
}

/// Appends what `write(bytes)` appends, as a frame. It must be less than 4 GiB.
template <class Write>
void append_frame(std::string& to, Write write) {
  const auto start = to.size();
  to.append(frame_head, '\0');
  write(to);
  const auto inside = std::string_view{to}.substr(start + frame_head);
  std::string head;
  put_fixed(head, static_cast<std::uint32_t>(inside.size()));
  put_fixed(head, crc32(inside));
  to.replace(start, frame_head, head);
}

/// Takes bytes as they come, and gives back whole messages. It holds one message at most, and of a
/// message that is too long nothing but its length.
class frame_reader {
public:
  /// No message is longer than `most` bytes.
  explicit frame_reader(std::size_t most) noexcept : most_(most) {}

  /// From now on no message is longer than this.
  void allow(std::size_t most) noexcept { most_ = most; }

  void feed(std::string_view bytes) {
    if (taken_ != 0) {
      waiting_.erase(0, taken_);
      taken_ = 0;
    }
    waiting_.append(bytes);
  }

  /// Returns the next message, which is valid until `feed`; nothing if it has not come wholly.
  /// Throws wire_error: then the stream is of no more use.
  [[nodiscard]] std::optional<std::string_view> next() {
    const auto rest = std::string_view{waiting_}.substr(taken_);
    if (rest.size() < frame_head)
      return std::nullopt;
    const std::size_t size = fixed_at(rest, 0);
    if (size > most_)
      throw wire_error{"frame, length: found " + std::to_string(size) +
                       " bytes, expected at most " + std::to_string(most_)};
    if (rest.size() - frame_head < size)
      return std::nullopt;
    const auto inside = rest.substr(frame_head, size);
    if (crc32(inside) != fixed_at(rest, 4))
      throw wire_error{"frame, checksum: it is not that of its " + std::to_string(size) + " bytes"};
    taken_ += frame_head + size;
    return inside;
  }

private:
  std::size_t most_;
  std::string waiting_;
  std::size_t taken_ = 0; // of what waits
};

} // namespace libsync::detail
