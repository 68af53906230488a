#pragma once

/// A lock for many readers and one writer. Neither side keeps the other out for long.

#include <array>
#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include "libsync/detail/brief_lock.hpp"

namespace libsync::detail {

/// Readers share it, the writer has it alone. Phases of reading and writing alternate while both
/// are wanted: a reader who finds the writer there, or waiting, waits for that one phase and no
/// longer; the writer waits for the readers who are in before it, and for no later one.
///
/// This is the ticket lock PF-T of B. Brandenburg and J. Anderson, "Reader-Writer Synchronization
/// for Shared-Memory Multiprocessor Real-Time Systems" (ECRTS 2009), for one writer, who then needs
/// no ticket. A reader takes one atomic step to come and one to go. Readers of several threads
/// count themselves in several cache lines, which are made when a second thread reads: with one
/// line a writer takes two atomic steps, with four eight. Who waits looks for some microseconds,
/// then sleeps.
///
/// A thread that reads already reads again at once, also while the writer waits; so may the writer
/// between `lock` and `unlock`. `lock` must not be called while the thread reads: it would wait for
/// itself.
class phase_fair_lock {
public:
  phase_fair_lock() = default;
  phase_fair_lock(const phase_fair_lock&) = delete;
  phase_fair_lock& operator=(const phase_fair_lock&) = delete;
  ~phase_fair_lock() { delete more_.load(std::memory_order_relaxed); }

  /// Whether this thread reads under any such lock, or writes under one.
  [[nodiscard]] static bool is_within_any() noexcept { return innermost_ != nullptr; }

  /// Whether this thread reads or writes under this one.
  [[nodiscard]] bool is_within() const noexcept {
    for (const stay* one = innermost_; one != nullptr; one = one->outer)
      if (one->where == this)
        return true;
    return false;
  }

  class visit;

  /// Whether the writer is there or waits. Any thread may ask.
  [[nodiscard]] bool has_writer() const noexcept { return first_.has_writer(); }

  /// One thread at a time. Waits for the readers who are in.
  void lock() noexcept {
    assert(!is_within() && "libsync: a thread that reads a copy must not write it: it would wait "
                           "for itself");
    const std::uint32_t mark = present | (phase_ ^= phase_bit);
    first_.announce(mark);
    if (known_ == nullptr) {
      first_.wait_for_readers();
      known_ = more_.load(std::memory_order_acquire); // readers make it while they are in
      if (known_ != nullptr)
        for (auto& one : *known_)
          one.announce(mark);
    } else {
      for (auto& one : *known_)
        one.announce(mark);
      first_.wait_for_readers();
    }
    if (known_ != nullptr)
      for (auto& one : *known_)
        one.wait_for_readers();
    writer_ = {this, innermost_};
    innermost_ = &writer_;
  }

  /// The thread that has locked it lets in who waits.
  void unlock() noexcept {
    innermost_ = writer_.outer;
    const std::uint32_t mark = present | phase_;
    first_.leave_to_readers(mark);
    if (known_ != nullptr)
      for (auto& one : *known_)
        one.leave_to_readers(mark);
  }

  /// Whether a reader waits for the writer, who asks. Some loads: it may be asked often.
  [[nodiscard]] bool has_waiting_readers() const noexcept {
    if (first_.has_waiting_readers())
      return true;
    if (known_ != nullptr)
      for (const auto& one : *known_)
        if (one.has_waiting_readers())
          return true;
    return false;
  }

private:
  // In the words of a shard: the writer is there or waits; which of two phases it is; somebody
  // sleeps; and the rest counts readers.
  static constexpr std::uint32_t present = 1;
  static constexpr std::uint32_t phase_bit = 2;
  static constexpr std::uint32_t sleepers = 4;
  static constexpr std::uint32_t one_reader = 8;
  static constexpr std::uint32_t writer_bits = present | phase_bit;
  static constexpr std::uint32_t count = ~(one_reader - 1);
  static constexpr int patience =
      25; // looks before sleeping, each of 10 to 40 ns; more cost the writer more

  class shard {
  public:
    void enter() noexcept {
      const auto seen = came_.fetch_add(one_reader, std::memory_order_acquire) & writer_bits;
      if (seen != 0) [[unlikely]]
        wait_for_phase(seen);
    }

    void leave() noexcept {
      if (left_.fetch_add(one_reader, std::memory_order_seq_cst) & sleepers) [[unlikely]]
        left_.notify_one();
    }

    void announce(std::uint32_t mark) noexcept {
      before_ = came_.fetch_add(mark, std::memory_order_acq_rel) & count;
    }

    void wait_for_readers() noexcept {
      if ((left_.load(std::memory_order_acquire) & count) != before_)
        wait_until_left();
    }

    void leave_to_readers(std::uint32_t mark) noexcept {
      if (came_.fetch_sub(mark, std::memory_order_seq_cst) & sleepers) [[unlikely]] {
        came_.fetch_and(~sleepers, std::memory_order_seq_cst);
        came_.notify_all();
      }
    }

    [[nodiscard]] bool has_writer() const noexcept {
      return (came_.load(std::memory_order_relaxed) & present) != 0;
    }

    [[nodiscard]] bool has_waiting_readers() const noexcept {
      return (came_.load(std::memory_order_relaxed) & count) != before_;
    }

  private:
    [[gnu::noinline]] void wait_for_phase(std::uint32_t seen) noexcept {
      for (int i = 0; i < patience; ++i, relax())
        if ((came_.load(std::memory_order_acquire) & writer_bits) != seen)
          return;
      for (;;) {
        const auto now = came_.fetch_or(sleepers, std::memory_order_seq_cst);
        if ((now & writer_bits) != seen)
          return; // the mark that is left behind costs one needless call
        came_.wait(now | sleepers);
      }
    }

    [[gnu::noinline]] void wait_until_left() noexcept {
      for (int i = 0; i < patience; ++i, relax())
        if ((left_.load(std::memory_order_acquire) & count) == before_)
          return;
      for (;;) {
        const auto now = left_.fetch_or(sleepers, std::memory_order_seq_cst);
        if ((now & count) == before_)
          break;
        left_.wait(now | sleepers);
      }
      left_.fetch_and(~sleepers, std::memory_order_acquire);
    }

    std::atomic<std::uint32_t> came_{0};
    std::atomic<std::uint32_t> left_{0};
    std::uint32_t before_ = 0; // the writer's: how many had come when it did
  };

  struct alignas(64) own_line : shard {};
  using shards = std::array<own_line, 3>;

  // What a thread does under a lock at present; a list on its stack, innermost first.
  struct stay {
    const phase_fair_lock* where = nullptr;
    const stay* outer = nullptr;
  };

  // Threads are numbered from 0 on as they come to read for the first time.
  static std::size_t index_of_this_thread() noexcept {
    if (index_ == 0) [[unlikely]]
      index_ = next_index_.fetch_add(1, std::memory_order_relaxed) + 1;
    return index_ - 1;
  }

  shard& enter() noexcept {
    const auto index = index_of_this_thread();
    if (auto* more = more_.load(std::memory_order_acquire)) {
      const auto which = index % (std::tuple_size_v<shards> + 1);
      auto& mine = which == 0 ? first_ : (*more)[which - 1];
      mine.enter();
      return mine;
    }
    first_.enter();
    if (latest_.load(std::memory_order_relaxed) != index) [[unlikely]]
      make_way(index);
    return first_;
  }

  // Readers take turns. Called by one who is in, so that the writer is not, and sees more shards
  // when it comes.
  [[gnu::noinline]] void make_way(std::size_t index) noexcept {
    latest_.store(index, std::memory_order_relaxed);
    if (turns_.fetch_add(1, std::memory_order_relaxed) < enough_turns)
      return;
    auto* fresh = new (std::nothrow) shards;
    shards* none = nullptr;
    if (!more_.compare_exchange_strong(none, fresh, std::memory_order_acq_rel))
      delete fresh;
  }

  static constexpr std::uint32_t enough_turns = 8;
  static inline std::atomic<std::size_t> next_index_{0};
  static inline constinit thread_local std::size_t index_ = 0;
  static inline constinit thread_local const stay* innermost_ = nullptr;

  // In one line with what the writer alone uses.
  alignas(64) shard first_;
  std::uint32_t phase_ = 0;
  shards* known_ = nullptr;
  stay writer_;
  // The reader who came last, and how often that was another one than before.
  std::atomic<std::size_t> latest_{0};
  std::atomic<std::uint32_t> turns_{0};
  // Seldom written.
  alignas(64) std::atomic<shards*> more_{nullptr};
};

/// Reads while it lives; made and destroyed on one thread, innermost first.
class [[nodiscard]] phase_fair_lock::visit {
public:
  explicit visit(phase_fair_lock& where) noexcept
      : stay_{&where, innermost_}, shard_(where.is_within() ? nullptr : &where.enter()) {
    innermost_ = &stay_;
  }
  ~visit() {
    innermost_ = stay_.outer;
    if (shard_ != nullptr)
      shard_->leave();
  }
  visit(const visit&) = delete;
  visit& operator=(const visit&) = delete;

private:
  stay stay_;
  shard* shard_;
};

} // namespace libsync::detail
