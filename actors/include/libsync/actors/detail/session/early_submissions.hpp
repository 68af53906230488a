#pragma once

/// What threads have submitted, for those who show it before the client takes it.

#include <atomic>
#include <cstddef>
#include <utility>

#include "libsync/protocol/parcel.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/submission.hpp"

namespace libsync::detail {

/// Clients that are not optimistic show nothing early: this takes no memory, and no time.
template <class Data, replica_mode Mode>
class early_submissions {
public:
  struct adding {
    template <class Submission>
    adding(early_submissions&, const Submission&) noexcept {}
    static void keep() noexcept {}
  };
};

/// Copies of what was submitted since they were taken last, in order. It is used under the lock of
/// a session's buffer, but for `are_there`.
template <class Data>
class early_submissions<Data, optimistic> {
public:
  /// Adds one, and takes it back unless it is kept.
  class [[nodiscard]] adding {
  public:
    template <class Submission>
    adding(early_submissions& to, const Submission& one)
        : to_(to), operations_(to.all_.operations.size()), shapes_(to.all_.shapes.size()) {
      append(to.all_, Submission{one});
    }
    adding(const adding&) = delete;
    adding& operator=(const adding&) = delete;
    ~adding() {
      if (kept_)
        return;
      while (to_.all_.operations.size() > operations_)
        to_.all_.operations.pop_back();
      while (to_.all_.shapes.size() > shapes_)
        to_.all_.shapes.pop_back();
      --to_.all_.count;
    }

    void keep() noexcept {
      kept_ = true;
      to_.are_there_.store(true, std::memory_order_release);
    }

  private:
    early_submissions& to_;
    std::size_t operations_;
    std::size_t shapes_;
    bool kept_ = false;
  };

  /// Whether some are there. Any thread.
  [[nodiscard]] bool are_there() const noexcept {
    return are_there_.load(std::memory_order_acquire);
  }

  /// Moves all of them to the end of `to`. If it throws, they stay.
  void take(parcel<Data>& to) {
    if (to.count == 0) {
      std::swap(to, all_);
    } else {
      to.operations.reserve(to.operations.size() + all_.operations.size());
      to.shapes.reserve(to.shapes.size() + all_.shapes.size());
      append(to, std::move(all_));
    }
    all_ = {};
    are_there_.store(false, std::memory_order_release);
  }

  void swap(early_submissions& other) noexcept {
    std::swap(all_, other.all_);
    are_there_.store(all_.count != 0, std::memory_order_release);
  }

private:
  parcel<Data> all_;
  std::atomic<bool> are_there_{false};
};

} // namespace libsync::detail
