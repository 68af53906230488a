#pragma once

/// The part of a watcher that is the same for all data: when it is called, and its end.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "libsync/actors/detail/deferred.hpp"
#include "libsync/actors/detail/spin_lock.hpp"
#include "libsync/actors/detail/watch/call_gate.hpp"
#include "libsync/actors/watcher.hpp"

namespace libsync::detail {

/// A watcher has two sides. The client's side looks at the data, and posts. The user's side calls
/// the user's function; in the client it lies within the client's side. Each side has a gate, so
/// that no function of the user's runs after the end: also no projection, and no executor.
class watch_base : public deferred, public std::enable_shared_from_this<watch_base> {
public:
  explicit watch_base(watch_options options) noexcept
      : options_(std::move(options)), own_place_(options_.where) {}

  /// No call begins any more, and none runs, except where `call_gate` says so.
  void end() noexcept;

  [[nodiscard]] bool has_ended() const noexcept { return users_.is_closed(); }
  [[nodiscard]] bool has_own_place() const noexcept { return own_place_; }
  [[nodiscard]] std::uint64_t thrown() const noexcept {
    return thrown_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] watcher_status status() const noexcept;

  std::size_t run(std::size_t most) noexcept final;

protected:
  /// Does `look()` on the client's side, unless it has ended.
  template <class Look>
  void look_on_clients_side(Look look) noexcept {
    if (!clients_.enter())
      return;
    do
      look();
    while (!clients_.leave());
    if (clients_.is_closed())
      dispose_if_unused();
  }

  /// There is something to tell: in the client at once, else in its place. On the client's side.
  void call_soon() noexcept;

  /// Counts the exception that is being handled, and reports it.
  void report() noexcept;

  // On the user's side.

  /// Makes one call, if there is one to be made. Returns whether it has made one.
  virtual bool call_once() noexcept = 0;
  /// How many calls may wait.
  [[nodiscard]] virtual std::size_t waiting() const noexcept = 0;
  void count_call() noexcept { calls_.fetch_add(1, std::memory_order_relaxed); }

  /// Destroys the user's functions.
  virtual void dispose() noexcept = 0;
  [[nodiscard]] virtual std::uint64_t passed_over() const noexcept { return 0; }

private:
  void post() noexcept;
  void dispose_if_unused() noexcept;

  watch_options options_;
  const bool own_place_;
  call_gate clients_;
  call_gate users_;
  std::atomic<bool> posted_{false};
  std::atomic<bool> disposed_{false};
  std::atomic<std::uint64_t> calls_{0};
  std::atomic<std::uint64_t> thrown_{0};
};

} // namespace libsync::detail
