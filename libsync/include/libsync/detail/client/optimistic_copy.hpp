#pragma once

/// The data that an optimistic client shows.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "libsync/context.hpp"
#include "libsync/detail/batch_cursor.hpp"
#include "libsync/detail/client/copying_data.hpp"
#include "libsync/detail/client/own_record.hpp"
#include "libsync/detail/client/pending_queue.hpp"
#include "libsync/detail/client/stepping_data.hpp"
#include "libsync/detail/refusals.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/pending.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/reducer.hpp"
#include "libsync/snapshot.hpp"

namespace libsync::detail {

/// The confirmed data with the pending submissions on them, in order, but those that fail.
///
/// *The law.* While there are data, `shown()` is what a copy of the confirmed data becomes if each
/// undecided submission is applied to it in turn, wholly or not at all. One whose condition does
/// not hold, as far as can be told, fails: something foreign has come after the version that it
/// names, or a snapshot has, of which nobody knows what led to it.
///
/// A reducer that takes a context is given a provisional one for what is pending: the version that
/// the submission would make next, and the time of the latest version, as far as it is known. Such
/// data are confirmed anew when the true context has come, and never stepped back.
///
/// Versions are those of the confirmed data. After each call the law holds, and nobody has been
/// called but the reducer. Where `has_data` is false after one that had data before, the reducer
/// (or a lack of memory) has left the data unknown, until a snapshot is taken.
template <class Data>
class optimistic_copy {
public:
  using operation = typename Data::operation;

  /// What became of a batch, or of decisions.
  struct applied {
    /// What the reducer refuses though it was accepted, or because its inverse is refused; null if
    /// there is none. It lives as long as the batch, or until the next call.
    const operation* refused = nullptr;
    outcome why;
  };

  [[nodiscard]] bool has_data() const noexcept { return data_ && !data_->is_torn(); }
  [[nodiscard]] const Data& shown() const noexcept { return data_->shown(); }
  [[nodiscard]] std::shared_ptr<const Data> share() { return data_->share(); }
  [[nodiscard]] std::shared_ptr<const Data> confirmed() { return data_->confirmed(); }
  [[nodiscard]] libsync::version version() const noexcept { return version_; }
  [[nodiscard]] libsync::version since() const noexcept { return since_; }
  [[nodiscard]] epoch_id epoch() const noexcept { return epoch_; }
  [[nodiscard]] const pending_queue<Data>& pending() const noexcept { return pending_; }

  /// Tells `to` of what becomes of the submissions, unless it is null.
  void record(own_record<Data>* to) noexcept requires invertible<Data> { record_ = to; }

  /// Takes submissions that the client will take later, in the same order, and shows them. If it
  /// throws, nothing is changed.
  void take_early(const parcel<Data>& several) {
    const auto gone = std::min(several.count, owed_);
    const auto from = pending_.end();
    try {
      for_each_group(several, several.first + gone, [this](const parcel_group<Data>& next) {
        if (next.how != nullptr)
          return pending_.push(next.operations, next.how->unchanged_since);
        for (const operation& op : next.operations)
          pending_.push({&op, 1}, std::nullopt);
      });
    } catch (...) {
      pending_.take_back(static_cast<std::size_t>(pending_.end() - from));
      throw;
    }
    owed_ -= gone;
    show_from(from);
  }

  /// Takes and shows a submission before those from number `place` on, which were taken early. If
  /// it throws, nothing is changed.
  void insert(submission_number place, std::span<const operation> all,
              const std::optional<libsync::version>& since) {
    if (place >= pending_.end()) {
      pending_.push(all, since);
      return show_from(pending_.end() - 1);
    }
    auto next = pending_;
    const auto later = next.cut(place);
    next.push(all, since);
    next.append(later);
    become(std::move(next));
  }

  /// Takes back `count` from number `first` on, of which nobody else knows.
  void erase(submission_number first, std::size_t count) noexcept {
    if (first + count >= pending_.end())
      return drop_early(first);
    try {
      auto next = pending_;
      const auto later = next.cut(first + count);
      static_cast<void>(next.cut(first));
      next.append(later);
      become(std::move(next));
    } catch (...) { // there is no memory to step back
      pending_.hide_all();
      if (data_)
        data_->tear();
    }
  }

  /// Drops those from number `from` on, which were taken early, and will not be taken any more.
  void drop_early(submission_number from) noexcept {
    if (from >= pending_.end())
      return;
    if (has_data())
      static_cast<void>(begin_rebase());
    pending_.hide_all();
    pending_.take_back(static_cast<std::size_t>(pending_.end() - from));
    if (has_data())
      replay();
  }

  /// The client has another name. From here on one's own versions before count as foreign.
  void enter(client_id as, identity_ptr<Data> who) noexcept {
    shown_in_.by = as;
    shown_in_.identity = std::move(who);
    latest_foreign_ = version_;
    if (has_data() && pending_.undecided() != pending_.end() && begin_rebase().refused == nullptr)
      replay();
  }

  /// Replaces the confirmed data. Those before `settled` have their receipts.
  void take(snapshot<Data> from, submission_number settled) noexcept {
    data_.emplace(std::move(from.data));
    epoch_ = from.epoch;
    since_ = version_ = latest_foreign_ = from.version;
    shown_in_.time = 0;
    pending_.hide_all();
    if (record_ != nullptr) {
      record_->lost(pending_.undecided(), settled);
      record_->replaced();
    }
    settle_early(settled);
    replay();
  }

  /// Applies a batch. Where it begins with what is shown already, in the same order, that part is
  /// confirmed as it is. For the rest it steps back to the confirmed data, once.
  applied apply(const batch<Data>& from, client_id me) noexcept {
    applied done;
    auto part = from.runs.begin();
    std::span<const operation> rest{from.operations};
    for (; part != from.runs.end() && is_shown(*part, me); ++part) {
      const auto own = rest.first(part->operations);
      if constexpr (steps_back)
        tell_of_shown(*part);
      if (const auto count = data_->confirm_shown(own, done.why); count != own.size())
        return lose(own[count], std::move(done.why));
      pending_.confirm_shown(static_cast<std::size_t>(part->versions()), part->operations);
      version_ += part->versions();
      shown_in_.time = part->time;
      rest = rest.subspan(own.size());
    }
    if (part == from.runs.end())
      return done;
    if (auto failed = begin_rebase(); failed.refused != nullptr)
      return failed;
    const auto* const who = identities_after(from, part - from.runs.begin());
    if (const auto count = apply_rest({part, from.runs.end()}, rest, me, who, done.why);
        count != rest.size())
      return lose(rest[count], std::move(done.why));
    shown_in_.time = from.runs.back().time;
    for (; part != from.runs.end(); ++part) {
      version_ += part->versions();
      if (part->by == me)
        decide(*part);
      else
        latest_foreign_ = version_;
    }
    replay();
    return done;
  }

  /// Those before `end` have their receipts. What of them is still shown was not accepted.
  applied settle(submission_number end) noexcept {
    const bool is_shown = has_data() && pending_.is_shown_before(end);
    if (is_shown)
      if (auto failed = begin_rebase(); failed.refused != nullptr)
        return failed;
    if (record_ != nullptr)
      record_->refused(pending_.undecided(), end);
    settle_early(end);
    if (is_shown)
      replay();
    return {};
  }

private:
  // An inverse would have to be applied in the context of its operation.
  static constexpr bool steps_back = invertible<Data> && !takes_context<Data>;
  using data = std::conditional_t<steps_back, stepping_data<Data>, copying_data<Data>>;
  using entry = typename pending_queue<Data>::entry;

  // Whether a run is the oldest of what is pending, and shown as it is: in no guessed context.
  [[nodiscard]] bool is_shown(const run& part, client_id me) const noexcept {
    return !takes_context<Data> && part.by == me && part.number == pending_.undecided() &&
           pending_.are_shown(static_cast<std::size_t>(part.versions()));
  }

  // Returns how many operations were applied to the confirmed data.
  template <class Who>
  std::size_t apply_rest([[maybe_unused]] std::span<const run> runs, std::span<const operation> all,
                         [[maybe_unused]] client_id me, [[maybe_unused]] const Who* who,
                         outcome& why) noexcept {
    if constexpr (invertible<Data>)
      if (record_ != nullptr)
        return apply_recorded<Data>(
            *data_, *record_, runs, all,
            {me, pending_.undecided(), version_ + 1, identity_place<Data>{who}}, why);
    if constexpr (takes_context<Data>)
      return apply_in_contexts(*data_, batch_cursor<Data>{runs, all.data(), who}, version_ + 1,
                               all.size(), why);
    else
      return data_->apply(all, {}, why);
  }

  void tell_of_shown(const run& part) noexcept {
    if (record_ != nullptr)
      tell_inverses(*record_, part, data_->inverses());
  }

  // The pending submissions are others.
  void become(pending_queue<Data> next) noexcept {
    if (has_data())
      static_cast<void>(begin_rebase());
    pending_ = std::move(next);
    pending_.hide_all();
    if (has_data())
      replay();
  }

  void decide(const run& part) noexcept {
    const auto end = part.number + part.versions();
    if (end > pending_.end())
      owed_ += pending_.skip_to(end);
    else
      pending_.decide(part.number, end);
  }

  void settle_early(submission_number end) noexcept {
    if (end > pending_.end())
      owed_ += pending_.skip_to(end);
    else
      pending_.settle(end);
  }

  // The data are not what the server has.
  applied lose(const operation& refused, outcome why) noexcept {
    data_->tear();
    pending_.hide_all();
    return {&refused, std::move(why)};
  }

  // Shows those from number `from` on, which are new.
  void show_from(submission_number from) noexcept {
    if (!has_data() || try_each(from))
      return;
    has_failures_ = true;
    replay();
  }

  applied begin_rebase() noexcept {
    if constexpr (steps_back)
      if (auto why = data_->begin_rebase(); !why) {
        pending_.hide_all();
        return {data_->refused(), std::move(why)};
      }
    return {};
  }

  // Shows all undecided submissions on the confirmed data, in order.
  void replay() noexcept {
    bool is_whole = true;
    do {
      pending_.hide_all();
      if (!data_->begin_replay(pending_.undecided() != pending_.end()))
        return; // nothing is shown until a snapshot comes
      is_whole = try_each(pending_.undecided());
      has_failures_ = has_failures_ || !is_whole;
    } while (!is_whole);
    if (std::exchange(has_failures_, false))
      pending_.forget_failures();
  }

  // Returns false where what is shown must be made anew, without the one that was tried last.
  bool try_each(submission_number from) noexcept {
    bool is_whole = true;
    pending_.for_each_undecided(
        from, [&](entry& one, submission_number number, std::span<const operation> all) {
          if (one.has_failed || one.is_hopeless)
            return true;
          const auto why = try_one(one, all);
          pending_.note(one, number, why);
          one.is_hopeless = why.leaves_data_unknown();
          is_whole = !data_->is_spoilt();
          one.has_failed = !is_whole;
          return is_whole && !data_->is_torn();
        });
    if (data_->is_torn())
      pending_.hide_all();
    return is_whole;
  }

  outcome try_one(const entry& one, std::span<const operation> all) noexcept {
    if (one.is_conditional && one.since < latest_foreign_)
      return refused(try_to_say([&] { return changed_since(one.since, version_).reason; },
                                "the data have changed"_reason));
    if constexpr (takes_context<Data>)
      shown_in_.version = version_ + pending_.shown() + 1;
    return data_->show(all, shown_in_);
  }

  std::optional<data> data_;
  pending_queue<Data> pending_;
  bool has_failures_ = false;
  own_record<Data>* record_ = nullptr;
  std::size_t owed_ = 0; // submissions that come early, but were settled before
  libsync::version version_ = 0;
  libsync::version since_ = 0;
  libsync::version latest_foreign_ = 0;
  epoch_id epoch_{};
  context<Data> shown_in_{.provisional = true}; // of the pending submission that is shown next
};

} // namespace libsync::detail
