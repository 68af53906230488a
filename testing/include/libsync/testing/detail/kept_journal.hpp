#pragma once

/// A journal that keeps values as they are.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/detail/contexts.hpp"
#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/reducer.hpp"
#include "libsync/size_of.hpp"
#include "libsync/stored_state.hpp"

namespace libsync::testing::detail {

/// What outlives the servers of a simulation.
template <class Data>
struct kept_state {
  std::optional<stored_state<Data>> now;
  std::uint64_t lives = 0;
  bool is_clean = false;
};

/// Keeps the data of the newest version, and all batches of the epoch.
template <class Data>
class kept_journal final : public any_journal<Data> {
public:
  kept_journal(std::shared_ptr<kept_state<Data>> in, durability level)
      : in_(std::move(in)), level_(level) {}

  [[nodiscard]] std::optional<stored_state<Data>> load(amount newest) override {
    if (!in_->now)
      return std::nullopt;
    auto state = *in_->now;
    amount sum;
    auto first = state.newest.end();
    while (first != state.newest.begin()) {
      sum = sum + amount_of(**std::prev(first));
      if (!sum.within(newest))
        break;
      --first;
    }
    state.newest.erase(state.newest.begin(), first);
    begin_life();
    state.may_lack_versions = may_lack_;
    state.last_client = (in_->lives - 1) << 32U;
    return state;
  }

  void write(const journal_record<Data>& what) override {
    auto next = what.data ? stored_state<Data>{*what.data} : *in_->now;
    if (what.data && in_->now && !what.begins_epoch)
      next.newest = in_->now->newest;
    for (const auto& sent : what.batches) {
      if (in_->now && in_->now->epoch == what.epoch && sent->last <= in_->now->version)
        continue; // it is written again, since nobody knew
      next.newest.push_back(sent);
      if (!what.data)
        apply(next.data, *sent);
    }
    next.epoch = what.epoch;
    next.version = what.version;
    next.own = what.own;
    next.latest = what.latest;
    for (const auto& [id, one] : what.clients)
      next.clients.insert_or_assign(id, one);
    put(what.timers, next.timers);
    put(what.effects, next.effects);
    in_->now = std::move(next);
    in_->is_clean = false;
    begin_life();
    since_data_ = what.data ? 0 : since_data_ + 1;
  }

  /// Some records have the data, since servers then go other ways.
  [[nodiscard]] bool wants_data() const noexcept override {
    return since_data_ >= records_without_data;
  }

  void close() override { in_->is_clean = true; }

private:
  static constexpr int records_without_data = 10;

  void begin_life() {
    if (is_begun_)
      return;
    may_lack_ = level_ == durability::relaxed && in_->lives != 0 && !in_->is_clean;
    ++in_->lives;
    in_->is_clean = false;
    is_begun_ = true;
  }

  static void apply(Data& to, const batch<Data>& sent) {
    for_each_accepted(sent, [&](const accepted_submission<Data>& one) {
      outcome why;
      if (reducer<Data>::apply(to, one.operations, libsync::detail::contexts_of<Data>(one), why) !=
          one.operations.size())
        throw std::logic_error("the reducer does not accept what it has accepted: " +
                               std::string{why.reason()});
      return true;
    });
  }

  template <class Changes, class Into>
  static void put(const Changes& changes, Into& into) {
    for (const auto& [key, one] : changes)
      if (one)
        into.insert_or_assign(key, *one);
      else
        into.erase(key);
  }

  std::shared_ptr<kept_state<Data>> in_;
  const durability level_;
  bool is_begun_ = false;
  bool may_lack_ = false;
  int since_data_ = 0;
};

} // namespace libsync::testing::detail
