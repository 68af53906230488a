#pragma once

/// The data of an optimistic client, which other threads read, and change by submitting.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "libsync/detail/brief_lock.hpp"
#include "libsync/detail/client/arrival.hpp"
#include "libsync/detail/client/optimistic_copy.hpp"
#include "libsync/detail/client/phase_fair_lock.hpp"
#include "libsync/detail/client/reading.hpp"
#include "libsync/ids.hpp"
#include "libsync/pending.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/snapshot.hpp"

namespace libsync::detail {

/// An `optimistic_copy` under a lock, where other threads read it. The client holds the lock for
/// one rebase at a time.
///
/// *Early submissions* are those that threads have put where the client will find them. Whoever
/// reads shows them first, so a thread sees what it has submitted, and waits for no client. They
/// come from `source`, in the order in which the client will take them, each once.
template <class Data>
class shared_optimistic_copy {
public:
  using operation = typename Data::operation;
  using applied = typename optimistic_copy<Data>::applied;
  /// Appends what was put there since it was called last. Throws std::bad_alloc, and has moved
  /// nothing then.
  using source = std::function<void(parcel<Data>&)>;

  explicit shared_optimistic_copy(readers who = readers::none)
      : sharing_(who == readers::any ? std::make_unique<sharing>() : nullptr) {}

  shared_optimistic_copy(const shared_optimistic_copy&) = delete;
  shared_optimistic_copy& operator=(const shared_optimistic_copy&) = delete;

  /// `has_early()` says whether `from` would append something. Before other threads read.
  void feed(std::function<bool()> has_early, source from) {
    has_early_ = std::move(has_early);
    source_ = std::move(from);
  }
  [[nodiscard]] bool is_fed() const noexcept { return static_cast<bool>(source_); }

  // Any thread. What these throw comes from copying operations or data, or is std::bad_alloc.

  template <class Function>
  using answer_of = typename read_answer<Function, Data>::type;

  [[nodiscard]] bool has_data() const noexcept { return arrival_.has_come(); }
  bool wait_for_data() const noexcept { return arrival_.wait(); }
  void give_up() noexcept { arrival_.give_up(); }

  /// Calls `f(data)` or `f(data, version)` with what is shown, as `shared_copy::read` does. The
  /// version is that of the confirmed data.
  template <class Function>
  auto read(Function&& f) -> answer_of<Function> {
    absorb();
    const staying now{*this};
    if (!has_data())
      return {};
    if constexpr (std::is_void_v<typename read_answer<Function, Data>::result>)
      return call_reader(f, copy_.shown(), copy_.version()), true;
    else
      return call_reader(f, copy_.shown(), copy_.version());
  }

  /// Returns what is shown, and the confirmed data, with the version; no data where there are none.
  [[nodiscard]] libsync::snapshot<Data> snapshot() {
    absorb();
    return present([this] { return copy_.share(); });
  }
  [[nodiscard]] libsync::snapshot<Data> confirmed() {
    return present([this] { return copy_.confirmed(); });
  }

  /// Returns how each submission without a receipt stands.
  [[nodiscard]] std::vector<pending_submission> pending() {
    absorb();
    const staying now{*this};
    return copy_.pending().list();
  }

  /// Shows the early submissions. Those that there was no memory for are tried again.
  void absorb() {
    if (!source_ || !(has_early_() || is_left_.load(std::memory_order_acquire)) ||
        sharing_->lock.is_within())
      return;
    const holding writing{sharing_->writers};
    // First, since from here on others find nothing early, and wait to read.
    const changing now{*this};
    try {
      source_(early_);
      show_early();
    } catch (...) {
      is_left_.store(true, std::memory_order_release);
      throw;
    }
  }

  // The client.

  [[nodiscard]] const Data& shown() const noexcept { return copy_.shown(); }
  [[nodiscard]] libsync::version version() const noexcept { return copy_.version(); }
  [[nodiscard]] libsync::version since() const noexcept { return copy_.since(); }

  /// How often what is shown, or its version, has changed.
  [[nodiscard]] std::uint64_t changes() const noexcept {
    return changes_.load(std::memory_order_relaxed);
  }

  /// Changes it by `f(optimistic_copy&)`, as one step for those who read.
  template <class Change>
  decltype(auto) change(Change f) {
    if (!sharing_) {
      const settling now{*this};
      return f(copy_);
    }
    const holding writing{sharing_->writers};
    const changing now{*this};
    return f(copy_);
  }

  /// Adds submissions by `f(optimistic_copy&)`, after the early ones that there was no memory for,
  /// so that each has its number. Throws what copying operations throws, and has done nothing then.
  template <class Change>
  void add(Change f) {
    change([&](optimistic_copy<Data>& it) {
      if (early_.count != 0)
        show_early();
      f(it);
    });
  }

  /// Those before `end` have their receipts.
  applied settle(submission_number end) noexcept {
    if (end == copy_.pending().first())
      return {};
    return change([&](optimistic_copy<Data>& it) {
      is_quiet_ = !it.pending().is_shown_before(end);
      return it.settle(end);
    });
  }

  /// Keeps it as it is while this lives.
  class [[nodiscard]] staying {
  public:
    explicit staying(const shared_optimistic_copy& where) {
      if (where.sharing_)
        visit_.emplace(where.sharing_->lock);
    }

  private:
    std::optional<phase_fair_lock::visit> visit_;
  };

private:
  struct sharing {
    brief_lock writers; // held before `lock`, of which there is one writer at a time
    phase_fair_lock lock;
    brief_lock snapshots; // held after `lock`: who shares the data writes down that they are shared
  };

  // Says afterwards whether there are data.
  struct settling {
    shared_optimistic_copy& of;
    ~settling() {
      if (!std::exchange(of.is_quiet_, false))
        of.changes_.store(of.changes() + 1, std::memory_order_relaxed);
      if (of.copy_.has_data())
        of.arrival_.come();
      else if (of.arrival_.has_come())
        of.arrival_.go();
    }
  };
  class changing {
  public:
    explicit changing(shared_optimistic_copy& of) noexcept : of_(of) { of.sharing_->lock.lock(); }
    changing(const changing&) = delete;
    changing& operator=(const changing&) = delete;
    ~changing() {
      { const settling now{of_}; }
      of_.sharing_->lock.unlock();
    }

  private:
    shared_optimistic_copy& of_;
  };

  void show_early() {
    copy_.take_early(early_);
    early_ = {};
    is_left_.store(false, std::memory_order_release);
  }

  template <class Share>
  libsync::snapshot<Data> present(Share share) {
    const auto made = [&]() -> libsync::snapshot<Data> {
      if (!has_data())
        return {};
      return {copy_.epoch(), copy_.version(), share()};
    };
    if (!sharing_)
      return made();
    const staying now{*this};
    const holding one_at_a_time{sharing_->snapshots};
    return made();
  }

  optimistic_copy<Data> copy_;
  arrival arrival_;
  std::atomic<std::uint64_t> changes_{0};
  std::atomic<bool> is_left_{false}; // there are early ones that could not be shown
  bool is_quiet_ = false;            // what is being changed cannot be seen
  std::function<bool()> has_early_;
  source source_;
  parcel<Data> early_; // under the lock of the writers
  const std::unique_ptr<sharing> sharing_;
};

} // namespace libsync::detail
