#pragma once

/// Calls that wait until a place of the user's makes them.

#include <cstddef>
#include <limits>
#include <memory>
#include <utility>

namespace libsync::detail {

class queue_state; // of a poll_queue

/// Something that has calls to make, such as a watcher. It waits in one place at most once at a
/// time, so a place needs no memory of its own for it.
class deferred {
public:
  static constexpr std::size_t all = std::numeric_limits<std::size_t>::max();

  virtual ~deferred() = default;
  deferred(const deferred&) = delete;
  deferred& operator=(const deferred&) = delete;

  /// Makes at most `most` of the calls that wait, and returns how many it has made. If more wait,
  /// it posts itself again. Any thread may call it. What a
  /// coroutine of the user's throws comes out.
  virtual std::size_t run(std::size_t most) = 0;

protected:
  deferred() = default;

private:
  friend class queue_state;
  std::shared_ptr<deferred> behind_; // in a poll_queue
};

/// What an executor of the user's is given.
class deferred_task {
public:
  explicit deferred_task(std::shared_ptr<deferred> what) noexcept : what_(std::move(what)) {}
  void operator()() const { what_->run(deferred::all); }

private:
  std::shared_ptr<deferred> what_;
};

/// A place where calls are made.
class call_place {
public:
  virtual ~call_place() = default;
  /// Has `run` called, soon, and not from within. What it throws has posted nothing.
  virtual void post(std::shared_ptr<deferred> what) = 0;
};

} // namespace libsync::detail
