#pragma once

/// The data, with the accepted operations that have made them.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include "libsync/context.hpp"
#include "libsync/detail/batch_cursor.hpp"
#include "libsync/detail/contexts.hpp"
#include "libsync/detail/copy_on_write.hpp"
#include "libsync/detail/server/accepted_log.hpp"
#include "libsync/detail/server/apply_wholly.hpp"
#include "libsync/detail/server/checker.hpp"
#include "libsync/detail/server/checkpoint.hpp"
#include "libsync/detail/server/effect_queue.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/effects.hpp"
#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/reducer.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/stored_state.hpp"
#include "libsync/violation.hpp"

namespace libsync::detail {

/// Applies operations, and writes down what was accepted. An operation either changes the data and
/// gets its version, its place in the batch and its effects, all at once; or nothing of it stays.
/// For that, everything that may throw (copying data that somebody looks at, copying operations,
/// room for them) comes before the reducer; what throws there is a refusal with its reason.
///
/// There is one exception: a reducer may have changed half of the data in place when it throws.
/// Then the outcome says that the data are unknown, the ledger `is_torn`, and decides nothing more
/// until `begin`.
template <class Data>
class ledger {
public:
  using operation = typename Data::operation;
  static constexpr bool has_effects = !std::is_same_v<typename effects<Data>::effect, no_effect>;

  ledger(Data initial, epoch_id epoch, const limits& bounds, bool check)
      : data_(std::move(initial)), accepted_(epoch, bounds.of_log()), waiting_(bounds.effects),
        checker_(check) {}

  /// One that follows another server, and decides nothing itself.
  ledger(const snapshot<Data>& from, const limits& bounds)
      : data_(from.data), accepted_(from.epoch, bounds.of_log()), waiting_(bounds.effects),
        checker_(false) {
    accepted_.restore(from.epoch, from.version, {}, {});
  }

  [[nodiscard]] const Data& data() const noexcept { return data_.read(); }
  [[nodiscard]] snapshot<Data> read() {
    return {accepted_.epoch(), accepted_.version(), data_.share()};
  }
  void recycle(std::size_t count) { data_.recycle(count); }

  [[nodiscard]] const accepted_log<Data>& accepted() const noexcept { return accepted_; }
  [[nodiscard]] const effect_queue<Data>& waiting_effects() const noexcept { return waiting_; }
  [[nodiscard]] effect_queue<Data>& waiting_effects() noexcept { return waiting_; }
  [[nodiscard]] bool is_torn() const noexcept { return torn_; }
  /// Whether operations are checked. Then `apply` takes one at a time.
  [[nodiscard]] bool is_checked() const noexcept { return checker_.is_on(); }
  /// Calls `tell(violation<Data>)` for each that was found since the last time.
  template <class Tell>
  void tell_violations(Tell tell) {
    if constexpr (checkable<Data>)
      if (checker_.has_found())
        for (const auto& one : checker_.take())
          tell(one);
  }

  /// Applies operations in order, each as a submission of its own, the first of which is `number`,
  /// up to the first that is not accepted; returns how many that were. `why` is told of the one
  /// that was not. Data with effects take one operation at a time. The version of `how` is found
  /// here.
  std::size_t apply(const context<Data>& how, submission_number number,
                    std::span<const operation> operations, outcome& why) noexcept {
    if (!stage(operations, why))
      return 0;
    run next{how.by, number, 0, false, how.time};
    if (Data* data = write(why); data != nullptr)
      next.operations = apply(*data, operations,
                              contexts_of<Data>(next, how.identity, accepted_.version() + 1), why);
    commit(next, how.identity, operations.first(next.operations), why);
    return next.operations;
  }

  /// Applies all operations as one submission, or none.
  outcome apply_wholly(const context<Data>& how, submission_number number,
                       std::span<const operation> operations) noexcept {
    outcome why;
    if (!stage(operations, why))
      return why;
    run next{how.by, number, 0, true, how.time};
    why =
        apply_all(operations, contexts_of<Data>(next, how.identity, accepted_.version() + 1).first);
    next.operations = why ? operations.size() : 0;
    commit(next, how.identity, operations.first(next.operations), why);
    return why;
  }

  /// Applies a batch that another server has cut, which leads on from the latest version, and keeps
  /// it; then call `trim`. Returns why the reducer refuses here what it has accepted there. Then
  /// the data are unknown, as they are if this throws.
  outcome follow(const batch_ptr<Data>& sent) {
    outcome why;
    torn_ = true;
    Data& data = data_.write();
    auto at = sent->first;
    for (batch_cursor<Data> rest{*sent}; !rest.is_done() && why;) {
      const auto next = rest.next_of(*sent);
      static_cast<void>(reducer<Data>::apply(data, next.operations, next.contexts(at), why));
      at += next.versions;
    }
    if (why) {
      accepted_.adopt(sent);
      torn_ = false;
    }
    return why;
  }

  /// Ends the pending batch, keeps it, and returns it to be sent; then call `trim`.
  batch_ptr<Data> cut() { return accepted_.cut(); }
  void trim() noexcept { checkpoint_ ? trim_behind_checkpoint() : accepted_.trim(); }

  /// Keeps the data from which the log leads on, from now on.
  void keep_checkpoint() { checkpoint_ = std::make_unique<checkpoint<Data>>(read()); }
  /// Returns these data, shared; nothing if they are not kept.
  [[nodiscard]] std::optional<snapshot<Data>> read_checkpoint() {
    return checkpoint_ ? checkpoint_->read(accepted_.epoch()) : std::nullopt;
  }

  /// Begins an epoch with the data as they are, which is the next version. What is pending is
  /// forgotten; effects wait on.
  void begin(epoch_id next) noexcept {
    accepted_.begin(next);
    asked_.clear();
    torn_ = false;
    if (checkpoint_)
      checkpoint_->begin([this] { return read(); });
  }

  /// Goes on from what was stored. If it throws, nothing is changed.
  void restore(stored_state<Data> from) {
    if (checkpoint_)
      from.newest.clear(); // which would lead to data that are kept already
    auto data = copy_on_write<Data>{std::move(from.data)};
    accepted_.restore(from.epoch, from.version, from.newest, from.latest);
    data_ = std::move(data);
    waiting_.restore(std::move(from.effects));
    asked_.clear();
    torn_ = false;
    if (checkpoint_)
      checkpoint_->begin([this] { return read(); });
  }

private:
  void trim_behind_checkpoint() noexcept {
    accepted_.trim([this](const batch<Data>& oldest) { checkpoint_->follow(oldest); });
    if (!checkpoint_->has_data()) // they could not be led on, so they begin anew
      checkpoint_->begin([this] { return read(); });
  }

  std::size_t apply(Data& data, std::span<const operation> operations, const context_run<Data>& how,
                    outcome& why) noexcept {
    if constexpr (checkable<Data>)
      if (checker_.is_due(data)) {
        why = checker_.step(data, operations.front(), how.first, asked_);
        return why ? 1 : 0;
      }
    if constexpr (has_effects) {
      why = reducer<Data>::step(data, operations.front(), how.first, asked_);
      return why ? 1 : 0;
    } else {
      return reducer<Data>::apply(data, operations, how, why);
    }
  }

  outcome apply_all(std::span<const operation> operations, const context<Data>& how) noexcept {
    if constexpr (checkable<Data>)
      if (checker_.is_due(data()))
        return apply_wholly_to_copy(
            data_, operations, how, asked_,
            [this](Data& next, const operation& op, const context<Data>& in, effects<Data>& asked) {
              return checker_.step(next, op, in, asked);
            });
    return detail::apply_wholly(data_, operations, how, asked_);
  }

  bool stage(std::span<const operation> operations, outcome& why) noexcept {
    try {
      accepted_.stage(operations);
      return true;
    } catch (...) {
      why = outcome::threw(what_was_thrown(), true);
      return false;
    }
  }

  Data* write(outcome& why) noexcept {
    try {
      return &data_.write();
    } catch (...) {
      why = outcome::threw(what_was_thrown(), true);
      return nullptr;
    }
  }

  void commit(const run& next, const identity_ptr<Data>& who, std::span<const operation> applied,
              const outcome& why) noexcept {
    accepted_.commit(next, who, applied);
    if (has_effects && !applied.empty())
      waiting_.take(accepted_.epoch(), accepted_.version(), asked_);
    torn_ = torn_ || why.leaves_data_unknown();
  }

  copy_on_write<Data> data_;
  accepted_log<Data> accepted_;
  effects<Data> asked_;
  effect_queue<Data> waiting_;
  checker<Data> checker_;
  std::unique_ptr<checkpoint<Data>> checkpoint_; // null if it is not kept
  bool torn_ = false;
};

} // namespace libsync::detail
