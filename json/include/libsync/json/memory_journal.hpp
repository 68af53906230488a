#pragma once

/// A journal in memory, for tests, which fails when they say so.

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "libsync/detail/brief_lock.hpp"
#include "libsync/json/journal.hpp"
#include "libsync/json/journal_settings.hpp"
#include "libsync/json/rows.hpp"
#include "libsync/json/stored_past.hpp"
#include "libsync/storage_error.hpp"
#include "libsync/stored_state.hpp"

namespace libsync {

/// What outlives the servers of a test, as a disk outlives processes: the rows of one journal. Any
/// thread may use it.
class memory_disk {
public:
  using rows = std::map<std::pair<row_table, std::uint64_t>, stored_row>;

  /// From now on, or once so many more commits have succeeded, each commit throws this error. If
  /// `wrote_nothing` is false, the first that fails is written all the same, and nobody knows.
  void fail(storage_failure kind, std::string why, bool wrote_nothing = true,
            std::uint64_t after = 0) {
    const detail::holding here{lock_};
    kind_ = kind;
    why_ = std::move(why);
    wrote_nothing_ = wrote_nothing;
    fails_at_ = commits_ + after;
  }

  /// While commits fail, nothing can be read either.
  void fail_reading() {
    const detail::holding here{lock_};
    fails_reading_ = true;
  }

  /// All works again.
  void heal() {
    const detail::holding here{lock_};
    fails_at_ = never;
    fails_reading_ = false;
  }

  /// How many commits have succeeded.
  [[nodiscard]] std::uint64_t commits() const {
    const detail::holding here{lock_};
    return commits_;
  }

  /// Returns what is there.
  [[nodiscard]] rows all() const {
    const detail::holding here{lock_};
    return rows_;
  }

  /// Makes something else be there: what was there before, for instance, as after a loss of power.
  void replace(rows with) {
    const detail::holding here{lock_};
    rows_ = std::move(with);
  }

  /// For `memory_rows`: what is there, or what `fail` has said.
  [[nodiscard]] rows read() const {
    const detail::holding here{lock_};
    if (fails_reading_ && commits_ >= fails_at_)
      throw storage_error{kind_, "the disk: " + why_};
    return rows_;
  }
  void commit(const row_changes& changes) {
    const detail::holding here{lock_};
    const bool fails = commits_ >= fails_at_;
    if (fails && std::exchange(wrote_nothing_, true))
      throw storage_error{kind_, "the disk: " + why_};
    // From here on nothing throws, so that it is done wholly or not at all.
    rows next;
    for (const auto& row : changes.put)
      next.insert_or_assign({row.table, row.key}, row);
    for (const auto table : changes.clear)
      erase_below(table, std::numeric_limits<std::uint64_t>::max());
    for (const auto& [table, key] : changes.erase_below)
      erase_below(table, key);
    for (const auto& place : changes.erase)
      rows_.erase(place);
    next.merge(rows_); // those that are in both stay what they are in `next`
    rows_.swap(next);
    if (fails)
      throw storage_error{kind_, "the disk: " + why_, false};
    ++commits_;
  }

  /// Only one has it at a time.
  void open() {
    const detail::holding here{lock_};
    if (std::exchange(is_open_, true))
      throw storage_error{storage_failure::locked, "the disk: another server has it"};
  }
  void close() noexcept {
    const detail::holding here{lock_};
    is_open_ = false;
  }

private:
  static constexpr auto never = std::numeric_limits<std::uint64_t>::max();

  void erase_below(row_table table, std::uint64_t key) {
    rows_.erase(rows_.lower_bound({table, 0}), rows_.lower_bound({table, key}));
  }

  mutable detail::brief_lock lock_;
  rows rows_;
  std::uint64_t commits_ = 0;
  std::uint64_t fails_at_ = never;
  storage_failure kind_ = storage_failure::other;
  std::string why_;
  bool wrote_nothing_ = true;
  bool fails_reading_ = false;
  bool is_open_ = false;
};

/// The rows of a disk in memory.
class memory_rows final : public row_store {
public:
  /// Throws storage_error if another has the disk.
  explicit memory_rows(std::shared_ptr<memory_disk> disk) : disk_(std::move(disk)) {
    disk_->open();
  }
  ~memory_rows() override { disk_->close(); }

  void commit(const row_changes& changes) override { disk_->commit(changes); }

  void read_from(row_table table, std::uint64_t first, const row_visitor& visit) override {
    const auto all = disk_->read();
    for (auto next = all.lower_bound({table, first}); next != all.end(); ++next)
      if (next->first.first != table || !visit(next->second))
        return;
  }

  void read_down(row_table table, std::uint64_t last, const row_visitor& visit) override {
    const auto all = disk_->read();
    for (auto next = all.upper_bound({table, last}); next != all.begin();)
      if ((--next)->first.first != table || !visit(next->second))
        return;
  }

  [[nodiscard]] std::string place() const override { return "the disk"; }

private:
  std::shared_ptr<memory_disk> disk_;
};

/// The place of a journal that lasts as long as its disk:
///
///     auto disk = std::make_shared<libsync::memory_disk>();
///     libsync::spawn_server(runtime, board{}, {.journal = libsync::memory_journal{disk}});
///     disk->fail(libsync::storage_failure::full, "it is full");
struct memory_journal {
  std::shared_ptr<memory_disk> disk;
  durability level = durability::synced;
  journal_settings settings = {};

  /// Throws storage_error.
  template <class Data>
  [[nodiscard]] std::unique_ptr<any_journal<Data>> open() const {
    return std::make_unique<rows_journal<Data>>(std::make_unique<memory_rows>(disk), settings,
                                                level);
  }

  /// Opens what is there for reading. Throws storage_error.
  template <class Data>
  [[nodiscard]] stored_past<Data> open_past() const {
    return {std::make_unique<memory_rows>(disk), settings};
  }
};

} // namespace libsync
