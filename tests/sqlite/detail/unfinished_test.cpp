#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "libsync/sqlite/detail/unfinished.hpp"
#include "support/catch.hpp"

using libsync::detail::sqlite::find_unfinished;

namespace {

constexpr std::size_t page = 512;
constexpr std::size_t frame = 24 + page;

// Writes a log of SQLite's as its documentation says, with the checksums of big-endian machines.
class log_writer {
public:
  log_writer() {
    for (const std::uint32_t word : {0x377f'0683U, 3'007'000U, std::uint32_t{page}, 0U, 7U, 8U})
      add(word);
    end_sum(0, 24);
  }

  void add_frame(bool commits, std::uint32_t salt = 7) {
    const auto from = bytes.size();
    add(1);
    add(commits ? 1 : 0);
    add(salt);
    add(8);
    const auto at = bytes.size();
    bytes.append(8, '\0');
    bytes.append(page, static_cast<char>('a' + from % 26));
    sum(from, 8);
    sum(from + 24, page);
    put_sum(at);
  }

  std::string bytes;

private:
  void add(std::uint32_t word) {
    for (int shift = 24; shift >= 0; shift -= 8)
      bytes += static_cast<char>(word >> shift & 0xffU);
  }
  void end_sum(std::size_t from, std::size_t size) {
    sum(from, size);
    bytes.append(8, '\0');
    put_sum(from + size);
  }
  void put_sum(std::size_t at) {
    auto rest = std::exchange(bytes, {});
    add(first_);
    add(second_);
    rest.replace(at, 8, std::exchange(bytes, {}));
    bytes = rest;
  }
  std::uint32_t word(std::size_t at) const {
    std::uint32_t all = 0;
    for (std::size_t i = 0; i != 4; ++i)
      all = all << 8U | static_cast<unsigned char>(bytes[at + i]);
    return all;
  }
  void sum(std::size_t from, std::size_t size) {
    for (auto at = from; at != from + size; at += 8) {
      first_ += word(at) + second_;
      second_ += word(at + 4) + first_;
    }
  }

  std::uint32_t first_ = 0;
  std::uint32_t second_ = 0;
};

} // namespace

TEST_CASE("a log that ends with a commit has nothing unfinished") {
  log_writer log;
  CHECK(find_unfinished("").bytes == 0);
  CHECK(find_unfinished(log.bytes).bytes == 0);
  log.add_frame(false);
  log.add_frame(true);
  CHECK(find_unfinished(log.bytes).bytes == 0);
}

TEST_CASE("whatever follows the last whole commit of a log is unfinished") {
  log_writer log;
  log.add_frame(true);
  const auto whole = log.bytes.size();
  log.add_frame(false);
  CHECK(find_unfinished(log.bytes).bytes == frame);
  log.add_frame(true);
  for (const std::size_t torn : {1U, 30U, 300U, 520U, 536U, 600U, 1'071U}) {
    INFO(torn << " bytes are there");
    const auto found = find_unfinished(log.bytes.substr(0, whole + torn));
    CHECK(found.bytes == torn);
    CHECK(found.commits == (torn > frame + 16 ? 1 : 0));
  }
}

TEST_CASE("what an earlier log has left is none of the present one's") {
  log_writer log;
  log.add_frame(true);
  log.add_frame(true, 6);
  CHECK(find_unfinished(log.bytes).bytes == 0);
}

TEST_CASE("a commit that others follow is damaged, and not unfinished") {
  log_writer log;
  for (int i = 0; i < 3; ++i)
    log.add_frame(true);
  log.bytes[32 + frame + 100] ^= 1;
  const auto found = find_unfinished(log.bytes);
  CHECK(found.bytes == 2 * frame);
  CHECK(found.commits == 2);
  CHECK_THAT(words_for(found, "j"), Catch::StartsWith("j-wal: it is damaged"));
}

TEST_CASE("a log with a damaged header is dropped as a whole") {
  log_writer log;
  log.add_frame(true);
  log.bytes[17] ^= 1;
  CHECK(find_unfinished(log.bytes).header);
  CHECK(find_unfinished(log.bytes).bytes == log.bytes.size());
  CHECK(find_unfinished(log.bytes.substr(0, 20)).bytes == 20);
}
