#include "transfer.hpp"

#include <cstdint>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "libsync/json/detail/journal_reader.hpp"
#include "libsync/json/read.hpp"
#include "libsync/json/text.hpp"
#include "libsync/storage_error.hpp"
#include "verify.hpp"

namespace libsync::journal_tool {

namespace {

using nlohmann::json;

constexpr const char* mark = "libsync-journal";
constexpr std::uint64_t newest_form = 1;

row_table table_named(const std::string& name) {
  for (const auto table : all_tables)
    if (name_of(table) == name)
      return table;
  throw json_error{"there is no table `" + name.substr(0, 100) + '`'};
}

stored_row read_line(const json& from) {
  detail::expect_members(from,
                         std::to_array<std::string_view>({"table", "key", "text", "checksum"}));
  const auto table = detail::read_member<std::string>(from, "table");
  const auto key = detail::read_member<std::int64_t>(from, "key");
  if (key < 0)
    throw json_error{"key: it is negative"};
  stored_row row{detail::within("table", [&] { return table_named(table); }),
                 static_cast<std::uint64_t>(key), detail::read_member<std::string>(from, "text"),
                 detail::read_member<std::uint32_t>(from, "checksum")};
  if (row.checksum != row_checksum(row.table, row.key, row.text))
    throw json_error{"row " + std::to_string(row.key) + " of the table " + table +
                     ": its checksum is wrong, so it was changed"};
  return row;
}

void read_first(const json& from) {
  if (!from.is_object() || !from.contains(mark))
    throw json_error{"this is no exported journal: expected {\"libsync-journal\":1}"};
  detail::expect_members(from, std::to_array<std::string_view>({mark}));
  if (const auto form = detail::read_member<std::uint64_t>(from, mark); form != newest_form)
    throw json_error{"it has form " + std::to_string(form) + ", and this program reads form " +
                     std::to_string(newest_form)};
}

// Reads line by line.
class reader {
public:
  reader(std::istream& from, const std::string& name) : from_(from), name_(name), rows_(name) {}

  held_rows::rows run() {
    std::string line;
    while (std::getline(from_, line)) {
      ++number_;
      try {
        read(detail::parse(line));
      } catch (const std::exception& error) {
        fail(storage_failure::foreign, detail::reason_of(error));
      }
    }
    if (from_.bad())
      throw storage_error{storage_failure::io, name_ + ": it cannot be read"};
    ++number_;
    if (!told_)
      fail(storage_failure::damaged, "its end is missing");
    if (const auto found = verify(rows_); !found.faults.empty())
      throw storage_error{storage_failure::damaged, found.faults.front()};
    return rows_.take();
  }

private:
  void read(const json& from) {
    if (number_ == 1)
      return read_first(from);
    if (told_)
      throw json_error{"there is something after the end"};
    if (!from.is_object() || !from.contains("rows")) {
      if (!rows_.add(read_line(from)))
        throw json_error{"there is such a row already"};
      ++count_;
      return;
    }
    detail::expect_members(from, std::to_array<std::string_view>({"rows"}));
    told_ = detail::read_member<std::uint64_t>(from, "rows");
    if (told_ != count_)
      throw json_error{"expected " + std::to_string(*told_) + " rows, found " +
                       std::to_string(count_)};
  }

  [[noreturn]] void fail(storage_failure kind, const std::string& why) const {
    throw storage_error{kind, name_ + ": line " + std::to_string(number_) + ": " + why};
  }

  std::istream& from_;
  const std::string& name_;
  held_rows rows_;
  std::uint64_t number_ = 0;
  std::uint64_t count_ = 0;
  std::optional<std::uint64_t> told_;
};

} // namespace

void export_rows(std::ostream& to, row_store& in) {
  static_cast<void>(detail::find_header(in));
  to << json{{mark, newest_form}}.dump() << '\n';
  std::uint64_t rows = 0;
  for (const auto table : all_tables)
    in.read_from(table, 0, [&](const stored_row& row) {
      detail::read_row(in, row, [](const json&) {});
      ++rows;
      to << json{{"table", name_of(table)},
                 {"key", row.key},
                 {"text", row.text},
                 {"checksum", row.checksum}}
                .dump()
         << '\n';
      return to.good();
    });
  if (to)
    to << json{{"rows", rows}}.dump() << '\n';
}

held_rows::rows read_export(std::istream& from, const std::string& name) {
  return reader{from, name}.run();
}

void import_rows(held_rows::rows rows, row_store& into) {
  for (const auto table : all_tables)
    into.read_from(table, 0, [&](const stored_row&) -> bool {
      throw storage_error{storage_failure::other,
                          into.place() + ": it is not empty, and stays as it is"};
    });
  row_changes all;
  while (!rows.empty())
    all.put.push_back(std::move(rows.extract(rows.begin()).mapped()));
  into.commit(all);
}

} // namespace libsync::journal_tool
