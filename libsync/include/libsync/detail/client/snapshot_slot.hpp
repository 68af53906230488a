#pragma once

/// A slot in which readers of a copy find its newest snapshot.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "libsync/detail/batch_cursor.hpp"
#include "libsync/detail/brief_lock.hpp"
#include "libsync/detail/client/attention.hpp"
#include "libsync/detail/contexts.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/reducer.hpp"
#include "libsync/snapshot.hpp"

namespace libsync::detail {

/// Holds the newest snapshot that somebody has asked for, and, while the writer is at work, a
/// *spare*: the version before the slice that it applies, together with that slice. Who finds the
/// writer in a slow operation applies to a copy of the spare what the writer has applied since, and
/// leaves the result for others.
///
/// A *moment* counts what became of the data, so that two states can be compared. With a spare it
/// grows with each version, else with each slice.
///
/// `present()` makes a snapshot of the data as they are; it is called only while the writer is not
/// at work, or by the writer, and by one thread at a time. Readers call it on any thread.
template <class Data>
class snapshot_slot {
public:
  using moment = std::uint64_t;

  // Readers.

  /// Who was here, and what a spare costs.
  [[nodiscard]] attention& seen() noexcept { return seen_; }

  [[nodiscard]] moment now() const noexcept { return moment_.load(std::memory_order_acquire); }

  /// What a reader has found, to be given to the next attempt.
  class found {
  public:
    libsync::snapshot<Data> shown;

  private:
    friend snapshot_slot;
    // The moment of `shown`; and the slice at work, with the moment of its spare.
    moment at_ = 0;
    std::shared_ptr<const void> keep_;
    std::optional<batch_cursor<Data>> slice_;
    moment begun_ = 0;
  };

  /// Returns whether there is a snapshot of `target` or later, and puts it into `to.shown`.
  template <class Present>
  bool look(moment target, found& to, Present present) {
    libsync::snapshot<Data> old; // goes when all is unlocked
    const holding guard{lock_};
    return look(target, to, present, old);
  }

  /// Waits for that. The writer leaves it here for those who wait, whatever it does next. If it
  /// comes to its end between two versions there is none.
  template <class Present>
  void wait(moment target, found& to, Present present) {
    const counted_in here{waiting_};
    for (;;) {
      std::uint32_t turn = 0;
      {
        libsync::snapshot<Data> old;
        const holding guard{lock_};
        if (look(target, to, present, old))
          return;
        if (is_torn_) {
          to.shown = {};
          return;
        }
        turn = turn_.load(std::memory_order_relaxed);
      }
      turn_.wait(turn);
    }
  }

  /// Asks the writer to show what it has done, and gives it some microseconds.
  void ask() noexcept {
    is_wanted_.store(true, std::memory_order_relaxed);
    for (int i = 0; i < patience; ++i, relax())
      if (!is_wanted() || !is_busy_.load(std::memory_order_relaxed))
        return;
  }

  /// Makes a snapshot of `target` from what was found; returns false where that does not lead
  /// there, or the writer has come to its end meanwhile. Throws what copying the data throws.
  bool replay(moment target, found& from) {
    if (!from.shown.data || !from.slice_ || from.at_ < from.begun_)
      return false;
    for (auto skipped = from.begun_; skipped < from.at_; ++skipped)
      from.slice_->next(1);
    auto copy = shared<Data>(*from.shown.data);
    for (; from.at_ < target; ++from.at_, ++from.shown.version) {
      if (from.slice_->is_done() || !is_busy_.load(std::memory_order_relaxed))
        return false;
      const auto one = from.slice_->next(1);
      const auto how = one.contexts(from.shown.version + 1);
      outcome why;
      if (reducer<Data>::apply(*copy, one.operations, how, why) != one.operations.size())
        return false;
    }
    from.shown.data = std::move(copy);
    leave(from);
    return true;
  }

  // The writer, who has no reader beside it but those of snapshots.

  /// Whether a reader waits for a snapshot.
  [[nodiscard]] bool is_wanted() const noexcept {
    return is_wanted_.load(std::memory_order_relaxed);
  }

  /// A version was made, or a slice without a spare.
  moment advance() noexcept {
    const auto next = moment_.load(std::memory_order_relaxed) + 1;
    moment_.store(next, std::memory_order_release);
    return next;
  }

  /// The data are going to be changed by `slice`: shows the present ones meanwhile if a spare is
  /// wanted, or nothing. `keep` keeps the slice alive; without it nothing can be replayed. Returns
  /// whether there is a spare.
  template <class Present>
  bool begin(bool spare, std::shared_ptr<const void>&& keep, const batch_cursor<Data>& slice,
             Present present) noexcept {
    if (is_wanted())
      is_wanted_.store(false, std::memory_order_relaxed);
    has_spare_ = (spare || !begin_unseen()) && begin_seen(spare, keep, slice, present);
    if (!has_spare_)
      advance(); // what is left for those who wait is none for others
    return has_spare_;
  }

  /// The writer has come to an end. If the data are not `whole`, nothing newer is shown until they
  /// are replaced.
  template <class Present>
  void end(bool whole, Present present) noexcept {
    if (!has_spare_)
      advance();                 // else each version has, and one more would be replayed as another
    libsync::snapshot<Data> old; // goes when all is unlocked, as does the slice
    std::shared_ptr<const void> done;
    if (has_spare_ || !whole) {
      const holding guard{lock_};
      is_torn_ = !whole;
      if (whole)
        static_cast<void>(try_to_show(old, present));
      held_.slice_.reset();
      held_.keep_.swap(done);
    }
    if (whole)
      is_busy_.store(false, std::memory_order_seq_cst);
    if (waiting_.load(std::memory_order_seq_cst) > 0)
      wake();
  }

  /// Calls `change()`, after which the data are those of `next`, and shows that.
  template <class Change>
  void replace(libsync::snapshot<Data> next, Change change) noexcept {
    {
      const holding guard{lock_};
      change();
      std::swap(held_.shown, next); // `next` goes when all is unlocked
      is_held_ = true;
      held_.at_ = advance();
      is_torn_ = false;
      is_busy_.store(false, std::memory_order_seq_cst);
    }
    if (waiting_.load(std::memory_order_seq_cst) > 0)
      wake();
  }

private:
  static constexpr int patience = 100; // looks, each of 10 to 40 ns

  // Counts a reader while it waits.
  class counted_in {
  public:
    explicit counted_in(std::atomic<std::uint32_t>& count) noexcept : count_(count) {
      count_.fetch_add(1, std::memory_order_seq_cst);
    }
    ~counted_in() { count_.fetch_sub(1, std::memory_order_relaxed); }
    counted_in(const counted_in&) = delete;
    counted_in& operator=(const counted_in&) = delete;

  private:
    std::atomic<std::uint32_t>& count_;
  };

  // Most slices begin with nothing shown, and nothing to be shown. Returns whether this one does.
  bool begin_unseen() noexcept {
    const holding guard{lock_};
    if (is_held_ || waiting_.load(std::memory_order_seq_cst) > 0)
      return false;
    is_busy_.store(true, std::memory_order_relaxed);
    return true;
  }

  template <class Present>
  [[gnu::noinline]] bool begin_seen(bool spare, std::shared_ptr<const void>& keep,
                                    const batch_cursor<Data>& slice, Present& present) noexcept {
    found next; // and what was held before goes when all is unlocked
    libsync::snapshot<Data> old;
    bool waited_for = false;
    {
      const holding guard{lock_};
      waited_for = waiting_.load(std::memory_order_seq_cst) > 0;
      const bool shown = (spare || waited_for) && try_to_show(old, present);
      spare = spare && shown;
      if (shown) {
        std::swap(next.shown, held_.shown);
        next.at_ = next.begun_ = held_.at_;
        next.keep_ = std::move(keep);
        if (next.keep_)
          next.slice_ = slice;
      }
      std::swap(next, held_);
      is_held_ = shown;
      is_busy_.store(true, std::memory_order_relaxed);
    }
    if (waited_for)
      wake();
    return spare;
  }

  template <class Present>
  bool look(moment target, found& to, Present& present, libsync::snapshot<Data>& old) {
    if (!is_busy_.load(std::memory_order_seq_cst))
      show(old, present);
    if (held_.shown.data && held_.at_ >= target) {
      to.shown = held_.shown;
      return true;
    }
    to = held_;
    return false;
  }

  template <class Present>
  void show(libsync::snapshot<Data>& old, Present& present) {
    if (held_.shown.data && held_.at_ == now())
      return;
    old = std::exchange(held_.shown, present());
    held_.at_ = now();
    is_held_ = true;
  }

  // If memory has run out the older one is left.
  template <class Present>
  bool try_to_show(libsync::snapshot<Data>& old, Present& present) noexcept {
    try {
      show(old, present);
      return true;
    } catch (...) {
      return false;
    }
  }

  // Under the lock, so that nobody misses it between looking and waiting.
  void wake() noexcept {
    {
      const holding guard{lock_};
      turn_.fetch_add(1, std::memory_order_relaxed);
    }
    turn_.notify_all();
  }

  void leave(const found& made) {
    libsync::snapshot<Data> old; // goes when all is unlocked
    const holding guard{lock_};
    if (held_.shown.data && held_.at_ < made.at_) {
      old = std::exchange(held_.shown, made.shown);
      held_.at_ = made.at_;
    }
  }

  // In one line with what the writer writes, after each version while there is a spare.
  alignas(64) attention seen_;
  std::atomic<moment> moment_{0};
  std::atomic<bool> is_wanted_{false};
  bool has_spare_ = false;
  // Whoever has the lock while the writer is not busy may share the data.
  alignas(64) brief_lock lock_;
  std::atomic<bool> is_busy_{true}; // until there are data
  bool is_torn_ = false;
  bool is_held_ = false; // something is, in what follows
  std::atomic<std::uint32_t> waiting_{0};
  std::atomic<std::uint32_t> turn_{0};
  found held_;
};

} // namespace libsync::detail
