#pragma once

/// The first row of a journal, which says what the others are.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "libsync/ids.hpp"
#include "libsync/json/read.hpp"
#include "libsync/json/rows.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/storage_error.hpp"

namespace libsync::detail {

/// How many rows a table has, and the sum of their checksums: a row that is missing, or one too
/// many, is found by it.
struct row_sum {
  std::uint64_t rows = 0;
  std::uint64_t sum = 0;

  friend bool operator==(const row_sum&, const row_sum&) = default;
};

struct journal_header {
  /// The form of the rows that this program writes.
  static constexpr std::uint64_t newest_format = 1;

  std::uint64_t format = newest_format;
  /// The names of the forms of the data, each with the version after which it is written.
  std::vector<std::pair<libsync::version, std::string>> schemas;
  epoch_id epoch{};
  /// The version with which the epoch begins.
  libsync::version epoch_begin = 0;
  libsync::version version = 0;
  /// The log begins after this version, at which there are data.
  libsync::version log_after = 0;
  /// The newest data.
  libsync::version data = 0;
  /// Of the rows of log and data, which are read in parts, the sums are of all that there are.
  std::map<row_table, row_sum> sums;
  submission_number own = 0;
  latest_submitter latest;
  /// How often a server has begun to write here; ids of clients begin with it.
  std::uint64_t lives = 0;
  bool relaxed = false;
  bool clean = false;

  [[nodiscard]] const std::string& schema_after(libsync::version last) const {
    const std::string* name = &schemas.front().second;
    for (const auto& [after, next] : schemas)
      if (after <= last)
        name = &next;
    return *name;
  }
};

inline constexpr std::array summed_tables{row_table::clients, row_table::timers,
                                          row_table::effects};

[[nodiscard]] inline nlohmann::json write_header(const journal_header& from) {
  auto schemas = nlohmann::json::array();
  for (const auto& [after, name] : from.schemas)
    schemas.push_back({after, name});
  nlohmann::json to{{"format", from.format},
                    {"schemas", std::move(schemas)},
                    {"epoch", static_cast<std::uint64_t>(from.epoch)},
                    {"epoch_begin", from.epoch_begin},
                    {"version", from.version},
                    {"log_after", from.log_after},
                    {"data", from.data},
                    {"own", from.own},
                    {"latest", {static_cast<std::uint64_t>(from.latest.by), from.latest.since}},
                    {"lives", from.lives},
                    {"relaxed", from.relaxed},
                    {"clean", from.clean}};
  for (const auto table : summed_tables) {
    const auto found = from.sums.find(table);
    const auto sum = found == from.sums.end() ? row_sum{} : found->second;
    to[name_of(table)] = {sum.rows, sum.sum};
  }
  return to;
}

/// Throws json_error.
[[nodiscard]] inline journal_header read_header(const nlohmann::json& from) {
  if (!from.is_object() || !from.contains("format"))
    throw json_error{"expected an object with a `format`"};
  journal_header to;
  to.format = read_member<std::uint64_t>(from, "format");
  if (to.format != journal_header::newest_format)
    return to; // whose other members are not known
  expect_members(
      from, std::to_array<std::string_view>({"format", "schemas", "epoch", "epoch_begin", "version",
                                             "log_after", "data", "own", "latest", "lives",
                                             "relaxed", "clean", "clients", "timers", "effects"}));
  within("schemas", [&] {
    const auto& all = from["schemas"];
    for (std::size_t i = 0; i != all.size(); ++i)
      within(i, [&] {
        const auto& both = array_of(2, all[i]);
        to.schemas.emplace_back(read_element<std::uint64_t>(both, 0),
                                read_element<std::string>(both, 1));
      });
    if (to.schemas.empty())
      throw json_error{"expected at least one"};
  });
  to.epoch = epoch_id{read_member<std::uint64_t>(from, "epoch")};
  to.epoch_begin = read_member<version>(from, "epoch_begin");
  to.version = read_member<version>(from, "version");
  to.log_after = read_member<version>(from, "log_after");
  to.data = read_member<version>(from, "data");
  to.own = read_member<submission_number>(from, "own");
  within("latest", [&] {
    const auto& both = array_of(2, from["latest"]);
    to.latest = {client_id{read_element<std::uint64_t>(both, 0)}, read_element<version>(both, 1)};
  });
  to.lives = read_member<std::uint64_t>(from, "lives");
  to.relaxed = read_member<bool>(from, "relaxed");
  to.clean = read_member<bool>(from, "clean");
  for (const auto table : summed_tables)
    within(std::string_view{name_of(table)}, [&] {
      const auto& both = array_of(2, from[name_of(table)]);
      to.sums[table] = {read_element<std::uint64_t>(both, 0), read_element<std::uint64_t>(both, 1)};
    });
  return to;
}

} // namespace libsync::detail
