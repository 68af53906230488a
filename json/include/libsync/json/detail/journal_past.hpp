#pragma once

/// What a journal has of the past.

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "libsync/detail/contexts.hpp"
#include "libsync/ids.hpp"
#include "libsync/json/detail/journal_header.hpp"
#include "libsync/json/detail/journal_reader.hpp"
#include "libsync/json/detail/journal_values.hpp"
#include "libsync/json/journal_settings.hpp"
#include "libsync/json/rows.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/reducer.hpp"
#include "libsync/size_of.hpp"
#include "libsync/storage_error.hpp"

namespace libsync::detail {

/// Reads the data and the log of a journal that has this header, which outlive it.
template <class Data>
class journal_past {
public:
  using operation = typename Data::operation;

  journal_past(row_store& in, const journal_settings& how, const journal_header& header)
      : in_(in), how_(how), header_(header) {}

  /// Returns the data of a version, from `log_after` on. Throws storage_error.
  [[nodiscard]] Data data_of(version wanted) const {
    return make(wanted, [](auto&&) {}).first;
  }

  /// Returns the newest data, and the newest runs of the epoch, about so many operations and bytes.
  /// What led to the data is read once. Throws storage_error.
  [[nodiscard]] std::pair<Data, std::vector<batch_ptr<Data>>> newest(amount most) const {
    const auto begin = std::max(header_.epoch_begin, header_.log_after);
    std::deque<batch_ptr<Data>> found;
    amount sum;
    bool is_enough = false;
    auto [data, since] = make(header_.version, [&](batch_ptr<Data> one) {
      if (one->first <= begin)
        return;
      sum = sum + amount_of(*one);
      found.push_back(std::move(one));
      for (; !sum.within(most); is_enough = true) {
        sum = sum - amount_of(*found.front());
        found.pop_front();
      }
    });
    if (!is_enough)
      read_back(std::max(since, begin), begin, most, sum, found);
    return {std::move(data), {found.begin(), found.end()}};
  }

  /// Calls `visit(row, batch)` for each run, in order, that has a version after `after` and up to
  /// `last`. Throws storage_error, also if one is missing.
  template <class Visit>
  void for_each_run(version after, version last, Visit visit) const {
    auto next = after + 1;
    if (next > last)
      return;
    in_.read_from(row_table::log, next, [&](const stored_row& row) {
      if (row.key > last)
        return false;
      if (row.key != next)
        expect_epoch(next, row.key);
      auto one = read(row);
      next = one->last + 1;
      visit(row, std::move(one));
      return next <= last;
    });
    if (next <= last)
      expect_epoch(next, last + 1);
  }

private:
  // Returns the data of a version, and the version of the stored data from which they were made.
  // Calls `visit(run)` for each run in between.
  template <class Visit>
  [[nodiscard]] std::pair<Data, version> make(version wanted, Visit visit) const {
    std::optional<Data> found;
    version made = 0;
    in_.read_down(row_table::data, std::min(wanted, header_.version), [&](const stored_row& row) {
      made = row.key;
      found = read_row(in_, row, [&](const nlohmann::json& from) { return read_data(from); });
      return false;
    });
    if (!found)
      throw storage_error{storage_failure::damaged, in_.place() + ": there are no data before " +
                                                        "version " + std::to_string(wanted + 1)};
    if (wanted == header_.version && made != header_.data)
      fail_row(in_, row_table::data, header_.data, "it is missing");
    for_each_run(made, wanted, [&](const stored_row& row, std::shared_ptr<batch<Data>> one) {
      apply(*found, row, *one, wanted);
      visit(std::move(one));
    });
    return {*std::move(found), made};
  }

  // Adds the runs up to that version, as far as there is room for them.
  void read_back(version last, version begin, amount most, amount sum,
                 std::deque<batch_ptr<Data>>& into) const {
    auto expected = last;
    bool is_enough = false;
    in_.read_down(row_table::log, last, [&](const stored_row& row) {
      if (row.key <= begin)
        return false;
      auto one = read(row);
      if (one->last != expected)
        fail_row(in_, row_table::log, row.key,
                 "it ends with version " + std::to_string(one->last) + ", expected " +
                     std::to_string(expected));
      expected = row.key - 1;
      sum = sum + amount_of(*one);
      is_enough = !sum.within(most);
      if (is_enough)
        return false;
      into.push_front(std::move(one));
      return true;
    });
    if (!is_enough && expected != begin)
      fail_row(in_, row_table::log, expected, "it is missing, or the row in which that version is");
  }

  [[nodiscard]] Data read_data(const nlohmann::json& from) const {
    expect_members(from,
                   std::to_array<std::string_view>({"epoch", "begins_epoch", "schema", "data"}));
    const value_reader reader{how_, read_member<std::string>(from, "schema")};
    return within("data", [&] { return reader.read<Data>(stored_kind::data, from["data"]); });
  }

  [[nodiscard]] std::shared_ptr<batch<Data>> read(const stored_row& row) const {
    const value_reader reader{how_, header_.schema_after(row.key - 1)};
    return read_row(in_, row, [&](const nlohmann::json& from) {
      return read_run<Data>(from, header_.epoch, row.key, reader);
    });
  }

  // An epoch takes a version at its beginning, which has data and is in no row of the log.
  void expect_epoch(version missing, version next) const {
    bool begins = false;
    if (next == missing + 1)
      in_.read_from(row_table::data, missing, [&](const stored_row& row) {
        begins = row.key == missing && read_row(in_, row, [](const nlohmann::json& from) {
                   return from.is_object() && from.value("begins_epoch", false);
                 });
        return false;
      });
    if (!begins)
      fail_row(in_, row_table::log, missing, "it is missing");
  }

  // In the contexts of then.
  void apply(Data& to, const stored_row& row, const batch<Data>& one, version wanted) const {
    outcome why;
    const auto& part = one.runs.front();
    const identity_place<Data> who{one.identities.begin()};
    const auto count = part.transaction
                           ? part.operations
                           : std::min<std::uint64_t>(part.operations, wanted - one.first + 1);
    const std::span<const operation> all{one.operations.data(), count};
    if (reducer<Data>::apply(to, all, contexts_of<Data>(part, who.get(), one.first), why) != count)
      throw storage_error{storage_failure::foreign,
                          place_of(in_, row.table, row.key) +
                              ": the reducer does not accept it any more: " + why.reason()};
  }

  row_store& in_;
  const journal_settings& how_;
  const journal_header& header_;
};

} // namespace libsync::detail
