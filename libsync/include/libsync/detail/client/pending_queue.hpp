#pragma once

/// The submissions of an optimistic client that have no receipt yet.

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "libsync/detail/fifo.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/pending.hpp"
#include "libsync/reason.hpp"

namespace libsync::detail {

/// Numbers submissions in order and keeps those without a receipt. The first of them may be
/// decided: their operations are dropped. Of the others it has the operations, and whether they are
/// shown. All are in flat rows, so that taking a submission allocates nothing as a rule, and
/// dropping many costs what dropping one does, where nothing has to be destroyed.
template <class Data>
class pending_queue {
public:
  using operation = typename Data::operation;

  struct entry {
    std::size_t operations = 0;
    /// The version that its condition names.
    version since = 0;
    libsync::standing standing = standing::skipped;
    bool is_conditional = false;
    /// It threw and may have left half of a change behind, so it is not tried again.
    bool is_hopeless = false;
    /// It is not tried again in this replay.
    bool has_failed = false;
  };

  /// The number of the first one that has no receipt, of the first one that is not decided, and
  /// after the last one.
  [[nodiscard]] submission_number first() const noexcept { return first_; }
  [[nodiscard]] submission_number undecided() const noexcept { return first_ + decided_; }
  [[nodiscard]] submission_number end() const noexcept { return first_ + entries_.size(); }

  /// How many undecided ones are shown, and will take a version.
  [[nodiscard]] std::size_t shown() const noexcept {
    return entries_.size() - decided_ - skipped_ - empty_;
  }

  /// Whether there are so many undecided ones, and the first `count` of them are all shown.
  [[nodiscard]] bool are_shown(std::size_t count) const noexcept {
    if (count > entries_.size() - decided_)
      return false;
    const auto asked = entries_.all().subspan(decided_, count);
    return skipped_ == 0 || std::all_of(asked.begin(), asked.end(), [](const entry& one) {
             return one.standing == standing::pending;
           });
  }

  /// Takes a submission, which is not shown yet. If it throws, nothing is changed.
  void push(std::span<const operation> all, const std::optional<version>& since) {
    entries_.make_room(1);
    operations_.make_room(all.size());
    std::size_t copied = 0;
    try {
      for (; copied != all.size(); ++copied)
        operations_.push(all[copied]);
    } catch (...) {
      drop_last(copied);
      throw;
    }
    entries_.push({all.size(), since.value_or(0), standing::skipped, since.has_value()});
    ++skipped_;
  }

  /// Takes back the last `count`, which must be neither decided nor shown.
  void take_back(std::size_t count) noexcept {
    for (; count != 0; --count) {
      drop_last(entries_.all().back().operations);
      why_.erase(end() - 1);
      entries_.take_back();
      --skipped_;
    }
  }

  /// Calls `visit(entry&, number, operations)` for each undecided one from `from` on, in order,
  /// until it returns false.
  template <class Visit>
  void for_each_undecided(submission_number from, Visit visit) {
    const std::span<const operation> all = std::as_const(operations_).all();
    const auto entries = entries_.all().subspan(static_cast<std::size_t>(from - first_));
    std::size_t done = 0;
    if (from != undecided()) { // then it is a few of the last ones, as a rule
      done = all.size();
      for (const entry& one : entries)
        done -= one.operations;
    }
    for (entry& one : entries) {
      if (!visit(one, from, all.subspan(done, one.operations)))
        return;
      done += one.operations;
      ++from;
    }
  }

  /// Notes that an undecided one is shown, or why it is not.
  void note(entry& one, submission_number number, const outcome& why) noexcept {
    if ((one.standing == standing::pending) != why.accepted()) {
      const std::size_t empty = one.operations == 0 ? 1 : 0;
      skipped_ = why ? skipped_ - 1 : skipped_ + 1;
      empty_ = why ? empty_ + empty : empty_ - empty;
    }
    one.standing = why ? standing::pending : standing::skipped;
    if (!why_.empty())
      why_.erase(number);
    if (!why)
      try {
        why_.emplace(number, why.reason());
      } catch (...) { // then it is said that there is no memory for the reason
      }
  }

  /// Notes that none is shown any more.
  void hide_all() noexcept {
    for (entry& one : entries_.all().subspan(decided_))
      one.standing = standing::skipped;
    skipped_ = entries_.size() - decided_;
    empty_ = 0;
  }

  /// The replay has come to its end: in the next each is tried again.
  void forget_failures() noexcept {
    for (entry& one : entries_.all().subspan(decided_))
      one.has_failed = false;
  }

  /// The first `count` undecided ones, all of which are shown and have `operations` together, are
  /// confirmed as they are.
  void confirm_shown(std::size_t count, std::size_t operations) noexcept {
    operations_.drop(operations);
    decided_ += count;
  }

  /// Those up to the one before `end` are decided: confirmed from `accepted` on, and refused before
  /// it. None of them may be shown, unless it has no operations.
  void decide(submission_number accepted, submission_number end) noexcept {
    for (auto number = undecided(); number < end; ++number, ++decided_) {
      entry& one = entries_.all()[decided_];
      forget(one, number);
      if (number < accepted && one.operations != 0)
        one.standing = standing::refused;
    }
  }

  /// Those before `end` have their receipts. So with undecided ones among them.
  void settle(submission_number end) noexcept {
    for (auto number = undecided(); number < end; ++number, ++decided_)
      forget(entries_.all()[decided_], number);
    const auto count = static_cast<std::size_t>(end - first_);
    entries_.drop(count);
    decided_ -= count;
    first_ = end;
  }

  /// All have their receipts, and so have later ones before `end`. Returns how many these are.
  std::size_t skip_to(submission_number end) noexcept {
    const auto missing = static_cast<std::size_t>(end - this->end());
    settle(this->end());
    first_ = end;
    return missing;
  }

  /// Moves all from number `place` on to a queue of their own, which is returned. None is decided,
  /// and none is shown any more, here or there. If it throws, this is of no use any more.
  pending_queue cut(submission_number place) {
    pending_queue later;
    later.first_ = place;
    hide_all();
    for_each_undecided(place, [&](entry& one, submission_number, std::span<const operation> all) {
      later.push(one, all);
      return true;
    });
    take_back(static_cast<std::size_t>(end() - place));
    return later;
  }

  /// Takes those of another queue, under the next numbers. None is shown there.
  void append(const pending_queue& later) {
    auto copy = later;
    copy.for_each_undecided(copy.first_,
                            [&](entry& one, submission_number, std::span<const operation> all) {
                              push(one, all);
                              return true;
                            });
  }

  /// Whether one before `end` is undecided and changes what is shown.
  [[nodiscard]] bool is_shown_before(submission_number end) const noexcept {
    for (auto i = decided_; i < entries_.size() && first_ + i < end; ++i)
      if (const entry& one = entries_.all()[i];
          one.standing == standing::pending && one.operations != 0)
        return true;
    return false;
  }

  /// Returns all of them with how they stand. Throws std::bad_alloc.
  [[nodiscard]] std::vector<pending_submission> list() const {
    std::vector<pending_submission> told;
    told.reserve(entries_.size());
    auto number = first_;
    for (const entry& one : entries_.all()) {
      told.push_back({number, one.standing, {}});
      auto& last = told.back();
      if (number < undecided() && one.standing != standing::refused && one.operations != 0)
        last.standing = standing::confirmed;
      if (last.standing == standing::skipped)
        last.reason = why(number);
      ++number;
    }
    return told;
  }

private:
  void push(const entry& one, std::span<const operation> all) {
    push(all, one.is_conditional ? std::optional{one.since} : std::nullopt);
    entries_.all().back().is_hopeless = one.is_hopeless;
  }

  [[nodiscard]] reason why(submission_number number) const noexcept {
    const auto found = why_.find(number);
    return found == why_.end() ? "there are no data, or no memory for its reason"_reason
                               : found->second;
  }

  void drop_last(std::size_t operations) noexcept {
    for (; operations != 0; --operations)
      operations_.take_back();
  }

  // It is about to be decided.
  void forget(entry& one, submission_number number) noexcept {
    operations_.drop(one.operations);
    if (one.standing == standing::skipped)
      --skipped_;
    else if (one.operations == 0)
      --empty_;
    if (!why_.empty())
      why_.erase(number);
  }

  submission_number first_ = 1;
  std::size_t decided_ = 0;
  std::size_t skipped_ = 0; // undecided, and not shown
  std::size_t empty_ = 0;   // undecided, and shown, but without operations
  fifo<entry> entries_;
  fifo<operation> operations_; // of the undecided ones
  std::map<submission_number, reason> why_;
};

} // namespace libsync::detail
