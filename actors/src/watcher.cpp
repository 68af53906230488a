#include "libsync/actors/watcher.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

#include "libsync/actors/detail/waiting.hpp"
#include "libsync/actors/detail/watch/watch_base.hpp"

namespace libsync {

void watcher::reset() noexcept {
  if (const auto what = std::exchange(what_, nullptr))
    what->end();
}

watcher_status watcher::status() const noexcept {
  return what_ ? what_->status() : watcher_status{};
}

} // namespace libsync

namespace libsync::detail {

void watch_base::end() noexcept {
  clients_.close();
  users_.close();
  clients_.wait();
  users_.wait();
  dispose_if_unused();
}

watcher_status watch_base::status() const noexcept {
  return {calls_.load(std::memory_order_relaxed), thrown(), passed_over()};
}

void watch_base::call_soon() noexcept {
  if (has_own_place())
    post();
  else
    run(all);
}

// Guarded by the gate of the side that calls it, so the executor is not used after the end.
void watch_base::post() noexcept {
  if (posted_.exchange(true, std::memory_order_seq_cst))
    return;
  try {
    options_.where.post(shared_from_this());
  } catch (...) {
    posted_.store(false, std::memory_order_release);
    report();
  }
}

std::size_t watch_base::run(std::size_t most) noexcept {
  // First of all: what comes from now on is posted anew. If another thread is within, it looks
  // again in this one's place.
  posted_.store(false, std::memory_order_seq_cst);
  if (!users_.enter())
    return 0;
  std::size_t called = 0;
  do {
    const no_waiting here{"a watcher's function"};
    for (auto left = std::min(most - called, waiting()); left > 0 && !users_.is_closed(); --left)
      called += call_once() ? 1 : 0;
    if (has_own_place() && waiting() > 0)
      post();
  } while (!users_.leave());
  if (users_.is_closed())
    dispose_if_unused();
  return called;
}

void watch_base::report() noexcept {
  thrown_.fetch_add(1, std::memory_order_relaxed);
  const no_waiting here{"a watcher's function"};
  try {
    if (options_.on_error)
      options_.on_error(std::current_exception());
  } catch (...) { // it has had its chance
  }
}

void watch_base::dispose_if_unused() noexcept {
  const bool over = clients_.is_closed() && users_.is_closed();
  if (!over || !clients_.is_empty() || !users_.is_empty() || disposed_.exchange(true))
    return;
  dispose();
  const auto released = std::exchange(options_, {});
}

} // namespace libsync::detail
