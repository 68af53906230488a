#include "libsync/actors/detail/watch/call_gate.hpp"

#include <condition_variable>
#include <mutex>

#include "libsync/detail/client/phase_fair_lock.hpp"

namespace libsync::detail {

namespace {

// A thread that waits at a gate; on its stack.
struct waiting_thread {
  const void* who;
  const call_gate* where;
  waiting_thread* next;
};

// Threads seldom wait here, so one lock for all gates does.
struct waiting_room {
  std::mutex lock;
  std::condition_variable left;
  waiting_thread* first = nullptr;

  // Where this thread waits; null if it does not.
  [[nodiscard]] const call_gate* gate_of(const void* who) const noexcept {
    for (const auto* one = first; one != nullptr; one = one->next)
      if (one->who == who)
        return one->where;
    return nullptr;
  }

  void remove(const waiting_thread& gone) noexcept {
    for (auto** one = &first; *one != nullptr; one = &(*one)->next)
      if (*one == &gone) {
        *one = gone.next;
        return;
      }
  }
};

// Never destroyed: watchers with static storage may outlive it otherwise.
union lasting_room {
  lasting_room() noexcept : room() {}
  ~lasting_room() {}
  waiting_room room;
};

waiting_room& room() noexcept {
  static lasting_room all;
  return all.room;
}

// Names this thread while it lives.
const void* this_thread() noexcept {
  thread_local const char name = 0;
  return &name;
}

} // namespace

bool call_gate::enter() noexcept {
  const std::lock_guard guard{lock_};
  if (is_closed())
    return false;
  if (within_ != nullptr) {
    again_ = true;
    return false;
  }
  within_ = this_thread();
  return true;
}

bool call_gate::leave() noexcept {
  bool awaited = false;
  {
    const std::lock_guard guard{lock_};
    if (again_ && !is_closed()) {
      again_ = false;
      return false;
    }
    within_ = nullptr;
    awaited = awaited_;
  }
  if (awaited) {
    auto& all = room();
    const std::lock_guard guard{all.lock};
    all.left.notify_all();
  }
  return true;
}

void call_gate::close() noexcept {
  const std::lock_guard guard{lock_};
  closed_.store(true, std::memory_order_release);
}

bool call_gate::is_empty() const noexcept {
  return within() == nullptr;
}

const void* call_gate::within() const noexcept {
  const std::lock_guard guard{lock_};
  return within_;
}

// Says that whoever is in has to tell of leaving. Returns false if nobody is in.
bool call_gate::await() noexcept {
  const std::lock_guard guard{lock_};
  awaited_ = within_ != nullptr;
  return awaited_;
}

// Whether the thread within waits for `thread`, or for one that does. With the lock of the room.
bool call_gate::leads_to(const void* thread) const noexcept {
  for (const auto* gate = this; gate != nullptr;) {
    const auto* who = gate->within();
    if (who == thread)
      return true;
    gate = who == nullptr ? nullptr : room().gate_of(who);
  }
  return false;
}

bool call_gate::wait() noexcept {
  if (is_empty())
    return true;
  const auto* me = this_thread();
  if (within() == me || phase_fair_lock::is_within_any())
    return false;
  auto& all = room();
  std::unique_lock guard{all.lock};
  if (leads_to(me))
    return false;
  waiting_thread here{me, this, all.first};
  all.first = &here;
  while (await())
    all.left.wait(guard);
  all.remove(here);
  return true;
}

} // namespace libsync::detail
