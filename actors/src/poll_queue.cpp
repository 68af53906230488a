#include "libsync/actors/poll_queue.hpp"

#include <mutex>
#include <system_error>
#include <utility>

#if defined(__linux__)
#include <cerrno>
#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>
#endif

namespace libsync {

namespace detail {

// A list of what waits. Nothing is destroyed and nobody is called with the lock.
class queue_state final : public call_place {
public:
  ~queue_state() override { close_descriptor(); }

  void post(std::shared_ptr<deferred> what) override {
    const std::lock_guard guard{lock_};
    if (closed_)
      return;
    auto* added = what.get();
    (last_ != nullptr ? last_->behind_ : first_) = std::move(what);
    last_ = added;
    if (++size_ == 1)
      raise();
  }

  std::size_t poll(std::size_t most) {
    std::size_t called = 0;
    for (auto left = size(); left > 0 && called < most; --left)
      if (const auto one = pop())
        called += one->run(most - called);
    return called;
  }

  [[nodiscard]] std::size_t size() const noexcept {
    const std::lock_guard guard{lock_};
    return size_;
  }

  void close() noexcept {
    {
      const std::lock_guard guard{lock_};
      closed_ = true;
    }
    while (pop()) { // one after the other, or a long chain would be destroyed by recursion
    }
  }

#if defined(__linux__)
  int descriptor() {
    const std::lock_guard guard{lock_};
    if (descriptor_ < 0) {
      descriptor_ = eventfd(size_ > 0 ? 1 : 0, EFD_CLOEXEC | EFD_NONBLOCK);
      if (descriptor_ < 0)
        throw std::system_error(errno, std::generic_category(),
                                "libsync: a poll_queue gets no descriptor (eventfd)");
    }
    return descriptor_;
  }
#endif

private:
  std::shared_ptr<deferred> pop() noexcept {
    const std::lock_guard guard{lock_};
    auto one = std::move(first_);
    if (one) {
      first_ = std::move(one->behind_);
      if (!first_)
        last_ = nullptr;
      if (--size_ == 0)
        lower();
    }
    return one;
  }

#if defined(__linux__)
  void raise() noexcept {
    const std::uint64_t one = 1;
    if (descriptor_ >= 0 && write(descriptor_, &one, sizeof one) < 0) {
      // it is raised already
    }
  }
  void lower() noexcept {
    std::uint64_t all = 0;
    if (descriptor_ >= 0 && read(descriptor_, &all, sizeof all) < 0) {
      // it was lowered already
    }
  }
  void close_descriptor() noexcept {
    if (descriptor_ >= 0)
      ::close(descriptor_);
  }
  int descriptor_ = -1;
#else
  void raise() noexcept {}
  void lower() noexcept {}
  void close_descriptor() noexcept {}
#endif

  mutable std::mutex lock_;
  std::shared_ptr<deferred> first_;
  deferred* last_ = nullptr;
  std::size_t size_ = 0;
  bool closed_ = false;
};

} // namespace detail

executor::executor(const poll_queue& queue) noexcept : where_(queue.state_) {}

poll_queue::poll_queue() : state_(std::make_shared<detail::queue_state>()) {}

poll_queue::~poll_queue() {
  state_->close();
}

std::size_t poll_queue::poll(std::size_t most) {
  return state_->poll(most);
}

bool poll_queue::empty() const noexcept {
  return state_->size() == 0;
}

#if defined(__linux__)
int poll_queue::descriptor() {
  return state_->descriptor();
}
#endif

} // namespace libsync
