#include "unfinished.hpp"

#include <cstddef>
#include <fstream>
#include <iterator>
#include <string_view>

namespace libsync::journal_tool {

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

// Adds what stands at `from` of a log, of the size of a frame or less.
void add(unfinished& to, std::string_view log, std::size_t from, std::size_t size,
         std::size_t& end) {
  const auto rest = log.substr(from, size);
  constexpr std::size_t with_salts = 16;
  // What another log has left there has other salts. A rest too short for them is no frame's.
  if (rest.size() >= with_salts && rest.substr(8, 8) != log.substr(16, 8))
    return;
  end = from + rest.size();
  if (rest.size() >= with_salts && number_at(rest, 4) != 0)
    ++to.commits;
}

} // namespace

unfinished find_unfinished(const std::string& log) {
  constexpr std::uint32_t magic = 0x377f'0682;
  const std::string_view all{log};
  if (all.empty())
    return {};
  if (all.size() < header_size)
    return {.bytes = all.size()};
  const bool big = (number_at(all, 0) & 1U) != 0;
  const std::size_t page = number_at(all, 8);
  checksum sum;
  sum.add(all.substr(0, 24), big);
  if ((number_at(all, 0) & ~1U) != magic || page < 512 || page > 65'536 || !sum.is_at(all, 24))
    return {.bytes = all.size(), .header = true};
  const auto size = frame_header_size + page;
  auto next = header_size;
  auto committed = next;
  for (; next + size <= all.size(); next += size) {
    const auto frame = all.substr(next, size);
    sum.add(frame.substr(0, 8), big);
    sum.add(frame.substr(frame_header_size), big);
    if (frame.substr(8, 8) != all.substr(16, 8) || !sum.is_at(frame, 16))
      break;
    if (number_at(frame, 4) != 0)
      committed = next + size;
  }
  unfinished found;
  auto end = committed;
  for (next = committed; next < all.size(); next += size)
    add(found, all, next, size, end);
  found.bytes = end - committed;
  return found;
}

unfinished find_unfinished_beside(const std::string& file) {
  std::ifstream in{file + "-wal", std::ios::binary};
  return find_unfinished({std::istreambuf_iterator<char>{in}, {}});
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

} // namespace libsync::journal_tool
