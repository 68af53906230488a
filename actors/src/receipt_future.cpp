#include "libsync/actors/receipt_future.hpp"

#include <cassert>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "libsync/actors/detail/actor_driver.hpp"
#include "libsync/actors/detail/waiting.hpp"

namespace libsync {

pending_receipt::no_listener pending_receipt::nobody_any_more;

// A thread, on whose stack this is: it is not touched once the lock is released.
class pending_receipt::sleeper final : public listener {
public:
  void tell(pending_receipt&) override {
    const std::lock_guard guard{lock_};
    told_ = true;
    wake_.notify_one();
  }

  bool sleep_until(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock guard{lock_};
    const auto told = [this] { return told_; };
    if (deadline != std::chrono::steady_clock::time_point::max())
      return wake_.wait_until(guard, deadline, told);
    wake_.wait(guard, told);
    return true;
  }

private:
  std::mutex lock_;
  std::condition_variable wake_;
  bool told_ = false;
};

pending_receipt::pending_receipt(receipt_handler on_receipt) : handler_(std::move(on_receipt)) {
  if (handler_)
    listener_.store(&handler_listener_, std::memory_order_relaxed);
}

void pending_receipt::decide(receipt what) {
  if (is_decided())
    return;
  decided_ = std::move(what);
  if (auto* who = listener_.exchange(&nobody_any_more, std::memory_order_acq_rel))
    who->tell(*this);
}

bool pending_receipt::sleep_until(std::chrono::steady_clock::time_point deadline) noexcept {
  sleeper me;
  listener* nobody = nullptr;
  if (!listener_.compare_exchange_strong(nobody, &me)) {
    assert(nobody == &nobody_any_more && "one thread at a time waits for a receipt");
    return is_decided();
  }
  if (me.sleep_until(deadline))
    return true;
  listener* expected = &me;
  if (listener_.compare_exchange_strong(expected, nullptr))
    return false;
  me.sleep_until(std::chrono::steady_clock::time_point::max()); // it is being woken
  return true;
}

void pending_receipt::then(receipt_handler on_receipt) {
  handler_ = std::move(on_receipt);
  listener* nobody = nullptr;
  if (!listener_.compare_exchange_strong(nobody, &handler_listener_))
    call_handler();
}

void pending_receipt::call_handler() {
  const detail::no_waiting here{"a receipt's handler"};
  const auto handler = std::exchange(handler_, nullptr);
  handler(decided_);
}

receipt_promise::receipt_promise(receipt_handler on_receipt)
    : owed_(new pending_receipt{std::move(on_receipt)}) {}

void receipt_promise::give_up() noexcept {
  if (!owed_->break_promise())
    return;
  try {
    owed_->decide(receipt::unknown("it was given up before an answer came"_reason));
  } catch (...) { // the handler's own affair; it has the receipt
  }
  owed_->release();
}

void receipt_promise::forget() noexcept {
  if (auto* owed = std::exchange(owed_, nullptr); owed != nullptr && owed->break_promise())
    owed->release();
}

receipt receipt_future::get() const {
  if (const auto there = wait(); !there)
    return valid() ? receipt::undecided(there.reason()) : receipt::unknown(there.reason());
  return coming_->decided();
}

outcome receipt_future::wait_until(std::chrono::steady_clock::time_point deadline) const {
  if (!valid())
    return refused("the future belongs to no submission"_reason);
  if (coming_->is_decided())
    return accepted();
  if (deadline <= std::chrono::steady_clock::now())
    return refused("the deadline passed before the receipt came"_reason);
  if (auto why = detail::why_not_wait("ask again later, or have the receipt told, by `then` or "
                                      "`submit(operation, on_receipt)`");
      !why.empty())
    return refused(std::move(why));
  if (auto* driver = detail::actor_driver::here()) {
    auto why = driver->drive([this] { return coming_->is_decided(); }, deadline);
    return why.empty() ? accepted() : refused(std::move(why));
  }
  return coming_->sleep_until(deadline)
             ? accepted()
             : refused("the deadline passed before the receipt came"_reason);
}

void receipt_future::then(receipt_handler on_receipt) && {
  assert(valid() && on_receipt);
  const receipt_future mine{std::move(*this)};
  mine.coming_->then(std::move(on_receipt));
}

} // namespace libsync
