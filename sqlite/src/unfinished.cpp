#include "libsync/sqlite/detail/unfinished.hpp"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <string_view>

namespace libsync::detail::sqlite {

namespace {

constexpr std::size_t header_size = 32;
constexpr std::size_t frame_header_size = 24;

std::uint32_t number_at(std::string_view bytes, std::size_t at, bool big = true) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i != 4; ++i)
    number = number << 8U | static_cast<unsigned char>(bytes[at + (big ? i : 3 - i)]);
  return number;
}

struct checksum {
  std::uint32_t first = 0;
  std::uint32_t second = 0;

  void add(std::string_view bytes, bool big) {
    for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
      first += number_at(bytes, i, big) + second;
      second += number_at(bytes, i + 4, big) + first;
    }
  }
  [[nodiscard]] bool is_at(std::string_view bytes, std::size_t at) const {
    return number_at(bytes, at) == first && number_at(bytes, at + 4) == second;
  }
};

// Reads a log from its beginning to its end.
class reading {
public:
  explicit reading(const log_bytes& log) : log_(log) {}

  [[nodiscard]] unfinished find() {
    constexpr std::uint32_t magic = 0x377f'0682;
    if (log_.size == 0)
      return {};
    if (log_.size < header_size)
      return {.bytes = log_.size};
    const auto header = read(0, header_size);
    const bool big = (number_at(header, 0) & 1U) != 0;
    const std::size_t page = number_at(header, 8);
    checksum sum;
    sum.add(std::string_view{header}.substr(0, 24), big);
    if ((number_at(header, 0) & ~1U) != magic || page < 512 || page > 65'536 ||
        !sum.is_at(header, 24))
      return {.bytes = log_.size, .header = true};
    salts_ = header.substr(16, 8);
    frame_ = frame_header_size + page;
    return rest_after(find_committed(sum, big));
  }

private:
  [[nodiscard]] std::string read(std::uint64_t from, std::uint64_t size) const {
    std::string part(static_cast<std::size_t>(std::min(size, log_.size - from)), '\0');
    log_.read(from, part);
    return part;
  }

  // Where the last whole commit ends.
  [[nodiscard]] std::uint64_t find_committed(checksum sum, bool big) const {
    std::uint64_t committed = header_size;
    for (std::uint64_t next = header_size; next + frame_ <= log_.size; next += frame_) {
      const auto bytes = read(next, frame_);
      const std::string_view frame{bytes};
      sum.add(frame.substr(0, 8), big);
      sum.add(frame.substr(frame_header_size), big);
      if (frame.substr(8, 8) != salts_ || !sum.is_at(frame, 16))
        break;
      if (number_at(frame, 4) != 0)
        committed = next + frame_;
    }
    return committed;
  }

  [[nodiscard]] unfinished rest_after(std::uint64_t committed) const {
    unfinished found;
    auto end = committed;
    for (auto next = committed; next < log_.size; next += frame_) {
      constexpr std::size_t with_salts = 16;
      const auto rest = read(next, with_salts);
      // What another log has left there has other salts. A rest too short for them is no frame's.
      if (rest.size() == with_salts && rest.substr(8) != salts_)
        continue;
      end = std::min(next + frame_, log_.size);
      if (rest.size() == with_salts && number_at(rest, 4) != 0)
        ++found.commits;
    }
    found.bytes = end - committed;
    return found;
  }

  const log_bytes& log_;
  std::string salts_;
  std::uint64_t frame_ = 0;
};

} // namespace

unfinished find_unfinished(const log_bytes& log) {
  return reading{log}.find();
}

unfinished find_unfinished(const std::string& log) {
  return find_unfinished({log.size(), [&](std::uint64_t from, std::span<char> into) {
                            log.copy(into.data(), into.size(), static_cast<std::size_t>(from));
                          }});
}

unfinished find_unfinished_beside(const std::string& file) {
  std::ifstream in{file + "-wal", std::ios::binary | std::ios::ate};
  const auto end = in ? static_cast<std::streamoff>(in.tellg()) : 0;
  return end <= 0
             ? unfinished{}
             : find_unfinished(
                   {static_cast<std::uint64_t>(end), [&](std::uint64_t from, std::span<char> into) {
                      in.seekg(static_cast<std::streamoff>(from));
                      in.read(into.data(), static_cast<std::streamsize>(into.size()));
                    }});
}

std::string words_for(const unfinished& found, const std::string& file) {
  if (found.bytes == 0)
    return {};
  const auto bytes = std::to_string(found.bytes);
  if (found.header)
    return file + "-wal: its header is damaged, so its " + bytes + " bytes are dropped";
  if (found.commits > 1)
    return file + "-wal: it is damaged, so the last " + bytes + " bytes are dropped, with " +
           std::to_string(found.commits) + " commits";
  return file + "-wal: " + bytes + " bytes of an unfinished commit are dropped";
}

} // namespace libsync::detail::sqlite
