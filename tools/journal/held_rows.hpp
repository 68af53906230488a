#pragma once

/// Rows that are held in memory until they are known to be right.

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "libsync/json/rows.hpp"

namespace libsync::journal_tool {

class held_rows final : public row_store {
public:
  using rows = std::map<std::pair<row_table, std::uint64_t>, stored_row>;

  /// `place` is what errors call them.
  explicit held_rows(std::string place, rows all = {})
      : place_(std::move(place)), rows_(std::move(all)) {}

  void commit(const row_changes& changes) override {
    for (const auto table : changes.clear)
      erase_below(table, std::numeric_limits<std::uint64_t>::max());
    for (const auto& [table, key] : changes.erase_below)
      erase_below(table, key);
    for (const auto& key : changes.erase)
      rows_.erase(key);
    for (const auto& row : changes.put)
      rows_.insert_or_assign({row.table, row.key}, row);
  }

  void read_from(row_table table, std::uint64_t first, const row_visitor& visit) override {
    for (auto next = rows_.lower_bound({table, first}); next != rows_.end(); ++next)
      if (next->first.first != table || !visit(next->second))
        return;
  }

  void read_down(row_table table, std::uint64_t last, const row_visitor& visit) override {
    for (auto next = rows_.upper_bound({table, last}); next != rows_.begin();)
      if ((--next)->first.first != table || !visit(next->second))
        return;
  }

  [[nodiscard]] std::string place() const override { return place_; }

  /// Puts a row there; false if one of its table and key is there already.
  [[nodiscard]] bool add(stored_row row) {
    const std::pair key{row.table, row.key};
    return rows_.emplace(key, std::move(row)).second;
  }

  /// Returns them all, by table and key, and has none any more.
  [[nodiscard]] rows take() { return std::exchange(rows_, {}); }

private:
  void erase_below(row_table table, std::uint64_t key) {
    rows_.erase(rows_.lower_bound({table, 0}), rows_.lower_bound({table, key}));
  }

  std::string place_;
  rows rows_;
};

} // namespace libsync::journal_tool
