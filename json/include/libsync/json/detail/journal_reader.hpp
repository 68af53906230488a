#pragma once

/// Reads the rows of a journal, and distrusts them.

#include <cstdint>
#include <exception>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "libsync/json/codec.hpp"
#include "libsync/json/detail/journal_header.hpp"
#include "libsync/json/journal_settings.hpp"
#include "libsync/json/read.hpp"
#include "libsync/json/rows.hpp"
#include "libsync/json/text.hpp"
#include "libsync/storage_error.hpp"

namespace libsync::detail {

/// Returns what to call a row in errors, such as `auction.db: row 17 of the log`.
[[nodiscard]] inline std::string place_of(const row_store& in, row_table table, std::uint64_t key) {
  if (table == row_table::header)
    return in.place() + ": the header";
  return in.place() + ": row " + std::to_string(key) + " of the table " + name_of(table);
}

[[noreturn]] inline void fail_row(const row_store& in, row_table table, std::uint64_t key,
                                  const std::string& why) {
  throw storage_error{storage_failure::damaged, place_of(in, table, key) + ": " + why};
}

/// Returns what `read(JSON of the row)` returns; what that throws names the row then.
template <class Read>
auto read_row(const row_store& in, const stored_row& row, Read read) {
  if (row.checksum != row_checksum(row.table, row.key, row.text))
    fail_row(in, row.table, row.key, "its checksum is wrong, so it was changed");
  try {
    return read(parse(row.text));
  } catch (const storage_error&) {
    throw;
  } catch (const std::exception& error) {
    throw storage_error{storage_failure::foreign,
                        place_of(in, row.table, row.key) + ": " + reason_of(error)};
  }
}

[[nodiscard]] inline std::optional<stored_row> find_row(row_store& in, row_table table,
                                                        std::uint64_t key) {
  std::optional<stored_row> found;
  in.read_from(table, key, [&](const stored_row& row) {
    if (row.key == key)
      found = row;
    return false;
  });
  return found;
}

/// Returns the header; nothing if the journal is new. Throws storage_error.
[[nodiscard]] inline std::optional<journal_header> find_header(row_store& in) {
  const auto row = find_row(in, row_table::header, 0);
  if (!row) {
    for (const auto table : {row_table::log, row_table::data, row_table::clients, row_table::timers,
                             row_table::effects})
      in.read_from(table, 0, [&](const stored_row& other) -> bool {
        fail_row(in, row_table::header, 0,
                 "it is missing, but there are rows in the table " +
                     std::string{name_of(other.table)});
      });
    return std::nullopt;
  }
  auto header = read_row(in, *row, [](const nlohmann::json& from) { return read_header(from); });
  if (header.format != journal_header::newest_format)
    throw storage_error{storage_failure::foreign,
                        in.place() + ": it has format " + std::to_string(header.format) +
                            ", and this program reads format " +
                            std::to_string(journal_header::newest_format)};
  return header;
}

/// Visits all rows of a table that has a sum in the header. Returns the sum that it finds.
template <class Visit>
row_sum read_table(row_store& in, row_table table, Visit visit) {
  row_sum found;
  in.read_from(table, 0, [&](const stored_row& row) {
    ++found.rows;
    found.sum += row.checksum;
    visit(row);
    return true;
  });
  return found;
}

inline void check_sum(const row_store& in, row_table table, const row_sum& found,
                      const journal_header& by) {
  const auto& expected = by.sums.at(table);
  if (found != expected)
    throw storage_error{storage_failure::damaged,
                        in.place() + ": the table " + name_of(table) + " has " +
                            std::to_string(found.rows) + " rows, expected " +
                            std::to_string(expected.rows) +
                            (found.rows == expected.rows ? " others" : "")};
}

/// Reads values of the user's, which may have been written for an earlier form of the types.
class value_reader {
public:
  value_reader(const journal_settings& how, std::string schema)
      : how_(&how), schema_(std::move(schema)) {}

  template <class T>
  [[nodiscard]] T read(stored_kind kind, const nlohmann::json& from) const {
    std::string why;
    if (schema_ == how_->schema)
      try {
        return stored_form<T>::read(from);
      } catch (const std::exception& error) {
        if (!how_->upgrade)
          throw;
        why = reason_of(error);
      }
    if (!how_->upgrade)
      throw json_error{"it is of the schema `" + schema_ + "`, expected `" + how_->schema +
                       "`, and there is no function `upgrade`"};
    const auto next = how_->upgrade({kind, schema_, text_of(from, 0), std::move(why)});
    try {
      return stored_form<T>::read(parse(next));
    } catch (const std::exception& error) {
      throw json_error{"what `upgrade` made of it cannot be read: " + reason_of(error)};
    }
  }

private:
  const journal_settings* how_;
  std::string schema_;
};

} // namespace libsync::detail
