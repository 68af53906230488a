#pragma once

/// A future for the receipt of one submission, and its promise.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <utility>

#include "libsync/actors/detail/deadline.hpp"

#include "libsync/outcome.hpp"
#include "libsync/receipt.hpp"

namespace libsync {

/// The state that a `receipt_future` and the promises of its receipt share, in one allocation. One
/// word holds its listener, which is a sleeping thread or the handler.
class pending_receipt {
public:
  explicit pending_receipt(receipt_handler on_receipt);

  /// Decides it, the first time. An exception of the handler is propagated when all is done.
  void decide(receipt what);

  [[nodiscard]] bool is_decided() const noexcept {
    return listener_.load(std::memory_order_acquire) == &nobody_any_more;
  }

  /// Returns the receipt, which must be decided.
  [[nodiscard]] const receipt& decided() const noexcept { return decided_; }

  /// Sleeps until it is decided or the deadline has passed, and returns whether it is decided.
  bool sleep_until(std::chrono::steady_clock::time_point deadline) noexcept;

  /// Calls `on_receipt` with the receipt, at once if it is decided.
  void then(receipt_handler on_receipt);

  // All promises together hold it once.
  void hold() noexcept { holders_.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept {
    if (holders_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      delete this;
  }
  void promise() noexcept { promises_.fetch_add(1, std::memory_order_relaxed); }
  /// Returns whether no promise is left.
  [[nodiscard]] bool break_promise() noexcept {
    return promises_.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }

private:
  struct listener {
    virtual void tell(pending_receipt&) = 0;

  protected:
    ~listener() = default;
  };

  struct handler_listener final : listener {
    void tell(pending_receipt& self) override { self.call_handler(); }
  };

  class sleeper;

  // What the handler holds is released here too: a session may be among it.
  void call_handler();

  struct no_listener final : listener {
    void tell(pending_receipt&) override {}
  };
  static no_listener nobody_any_more;

  handler_listener handler_listener_;
  std::atomic<listener*> listener_{nullptr};
  std::atomic<std::uint32_t> holders_{1};
  std::atomic<std::uint32_t> promises_{1};
  receipt_handler handler_;
  receipt decided_;
};

/// A receipt that is owed. Copies owe the same receipt, and the first `decide` gives it. If the
/// last copy is gone without that, whatever the cause, the receipt is `unknown`. So no receipt is
/// ever lost.
class receipt_promise {
public:
  /// Owes nothing.
  receipt_promise() noexcept = default;

  /// Owes a receipt to `on_receipt`, or, if that is empty, to a future.
  explicit receipt_promise(receipt_handler on_receipt);

  receipt_promise(const receipt_promise& other) noexcept : owed_(other.owed_) {
    if (owed_ != nullptr)
      owed_->promise();
  }
  receipt_promise(receipt_promise&& other) noexcept : owed_(std::exchange(other.owed_, nullptr)) {}
  receipt_promise& operator=(receipt_promise other) noexcept {
    std::swap(owed_, other.owed_);
    return *this;
  }

  ~receipt_promise() {
    if (owed_ != nullptr)
      give_up();
  }

  /// Whether a receipt is owed.
  explicit operator bool() const noexcept { return owed_ != nullptr; }

  /// Gives the receipt, unless one was given. An exception of a handler is propagated.
  void decide(receipt what) const { owed_->decide(std::move(what)); }

  /// Owes nothing any more. Nobody is told, because the caller is told in another way.
  void forget() noexcept;

private:
  friend class receipt_future;

  void give_up() noexcept;

  pending_receipt* owed_ = nullptr;
};

/// A future for the receipt of one submission. The receipt always comes. One thread at a time may
/// use the future.
///
/// Unlike a std::future it knows where a thread must not wait (`waiting.hpp`): in callbacks and on
/// the threads that run actors. There `get` and `wait` return at once. The receipt still comes, for
/// a later `get` or for `then`.
class [[nodiscard]] receipt_future {
public:
  /// Belongs to no submission.
  receipt_future() noexcept = default;

  /// The receipt that `from` owes.
  explicit receipt_future(const receipt_promise& from) noexcept : coming_(from.owed_) {
    if (coming_ != nullptr)
      coming_->hold();
  }

  receipt_future(receipt_future&& other) noexcept
      : coming_(std::exchange(other.coming_, nullptr)) {}
  receipt_future& operator=(receipt_future&& other) noexcept {
    std::swap(coming_, other.coming_);
    return *this;
  }
  ~receipt_future() {
    if (coming_ != nullptr)
      coming_->release();
  }

  /// Whether it belongs to a submission. It does not once it was moved from, or `then` was called.
  [[nodiscard]] bool valid() const noexcept { return coming_ != nullptr; }

  /// Whether the receipt is there.
  [[nodiscard]] bool is_ready() const noexcept { return valid() && coming_->is_decided(); }

  /// Waits for the receipt and returns it, any number of times. If this thread must not wait, and
  /// there is no receipt yet, returns `undecided` with the reason, and the receipt is still to
  /// come. A future that belongs to no submission returns `unknown`.
  receipt get() const;

  /// Waits for the receipt. Returns accepted once it is there, otherwise a reason.
  outcome wait() const { return wait_until(std::chrono::steady_clock::time_point::max()); }

  /// Waits at most that long, and not at all if that is 0 or less.
  template <class Rep, class Period>
  outcome wait_for(std::chrono::duration<Rep, Period> patience) const {
    return wait_until(detail::deadline_after(patience));
  }

  outcome wait_until(std::chrono::steady_clock::time_point deadline) const;

  /// Calls `on_receipt` with the receipt, once, instead of giving it to this future. The session's
  /// client calls it, or, if the receipt is there already, this call does. It must not be empty. An
  /// exception is counted in the client's status, or propagated from here.
  void then(receipt_handler on_receipt) &&;

private:
  pending_receipt* coming_ = nullptr;
};

} // namespace libsync
