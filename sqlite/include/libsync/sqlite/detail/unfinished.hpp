#pragma once

/// What SQLite drops of a write-ahead log when it opens a file.

#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace libsync::detail::sqlite {

struct unfinished {
  /// After the last whole commit, of the same log.
  std::uint64_t bytes = 0;
  /// How many commits end there, none of which is whole. More than one means that a commit that was
  /// whole once is damaged.
  std::uint64_t commits = 0;
  /// The log's own header is damaged, so all of it is dropped.
  bool header = false;

  /// Whether what is dropped may have been whole once, so that somebody may know of it.
  [[nodiscard]] bool was_whole() const noexcept { return header || commits > 1; }
};

/// The bytes of a log, which may be too many to be held at once.
struct log_bytes {
  std::uint64_t size = 0;
  /// Reads as many bytes as there is room for, from a place on; as many are there.
  std::function<void(std::uint64_t from, std::span<char> into)> read;
};

/// Looks for it in the bytes of a log, in the form that
/// https://www.sqlite.org/fileformat2.html#walformat describes. Throws what `read` throws.
[[nodiscard]] unfinished find_unfinished(const log_bytes& log);
[[nodiscard]] unfinished find_unfinished(const std::string& log);

/// Reads `FILE-wal`, and looks. It must be done before SQLite opens the file. Nothing is found if
/// there is no such file, or if it cannot be read.
[[nodiscard]] unfinished find_unfinished_beside(const std::string& file);

/// Returns a sentence about it; empty if there is nothing.
[[nodiscard]] std::string words_for(const unfinished& found, const std::string& file);

} // namespace libsync::detail::sqlite
