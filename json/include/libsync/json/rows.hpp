#pragma once

/// Rows of text: what a place must be able to keep to hold a journal.

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsync/detail/crc32.hpp"

namespace libsync {

/// The tables of a journal. The numbers are part of its format.
enum class row_table : std::uint8_t {
  /// One row, which says what the others are.
  header = 0,
  /// Accepted submissions, by the first version of each row.
  log = 1,
  /// The data, by their version.
  data = 2,
  /// What is remembered of clients, by their ids.
  clients = 3,
  /// Operations that wait for their time, by the order in which they were set.
  timers = 4,
  /// Effects that are not done, by the version that asked for them.
  effects = 5
};

/// Returns the name of a table, as errors use it.
[[nodiscard]] constexpr const char* name_of(row_table table) noexcept {
  constexpr std::array names{"header", "log", "data", "clients", "timers", "effects"};
  return names.at(static_cast<std::size_t>(table));
}

/// A row. Its key is below 2^63.
struct stored_row {
  row_table table{};
  std::uint64_t key = 0;
  std::string text;
  /// Of table, key and text.
  std::uint32_t checksum = 0;

  friend bool operator==(const stored_row&, const stored_row&) = default;
};

/// Returns the checksum of a row: the CRC-32 of `TABLE:KEY:TEXT`, with table and key in decimal.
[[nodiscard]] inline std::uint32_t row_checksum(row_table table, std::uint64_t key,
                                                std::string_view text) {
  const auto place = std::to_string(static_cast<int>(table)) + ':' + std::to_string(key) + ':';
  return detail::crc32(text, detail::crc32(place));
}

/// What one commit does, in this order.
struct row_changes {
  /// All rows of these tables go.
  std::vector<row_table> clear;
  /// All rows of a table whose keys are below that one go.
  std::vector<std::pair<row_table, std::uint64_t>> erase_below;
  /// These rows go, if they are there.
  std::vector<std::pair<row_table, std::uint64_t>> erase;
  /// These rows are there afterwards, also if others of their keys were.
  std::vector<stored_row> put;
};

/// Called with each row; returns whether it wants the next one.
using row_visitor = std::function<bool(const stored_row&)>;

/// What a place has dropped of its end, since it was not whole when the place was opened.
struct dropped_end {
  /// A sentence that names the place; empty if nothing was dropped.
  std::string what;
  /// It may have been whole once, so that somebody may know of it.
  bool was_whole = false;
};

/// A place that keeps rows, for one journal alone. One thread at a time.
class row_store {
public:
  row_store() = default;
  row_store(const row_store&) = delete;
  row_store& operator=(const row_store&) = delete;
  virtual ~row_store() = default;

  /// Does all of it or nothing. When it returns, it is as durable as the place was told to be.
  /// Throws storage_error.
  virtual void commit(const row_changes& changes) = 0;

  /// Visits the rows of a table, from a key on, by ascending keys. Throws storage_error.
  virtual void read_from(row_table table, std::uint64_t first, const row_visitor& visit) = 0;
  /// The same from a key on downwards, by descending keys.
  virtual void read_down(row_table table, std::uint64_t last, const row_visitor& visit) = 0;

  /// What to call it in errors, such as the name of a file.
  [[nodiscard]] virtual std::string place() const = 0;

  /// What was dropped when it was opened.
  [[nodiscard]] virtual dropped_end dropped() const { return {}; }
};

} // namespace libsync
