#pragma once

/// The actors that have something to do, and which of them is next.

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "libsync/actors/testing/runtime.hpp"

#include <caf/all.hpp>

namespace libsync::testing {

/// They lie in the order in which they were spawned, and not in that of their messages or
/// addresses. So a choice depends on nothing but the seed and on who is ready.
class ready_actors {
public:
  struct actor {
    caf::actor_id id = 0;
    caf::resumable* job = nullptr;
  };

  explicit ready_actors(scheduling policy) : policy_(policy) {}

  void add(actor one);

  [[nodiscard]] bool empty() const noexcept { return ready_.empty(); }

  /// Takes out who is next. There must be somebody.
  actor take(random& choices);

  void freeze(caf::actor_id whom);
  void thaw(caf::actor_id whom);
  void thaw_all();
  [[nodiscard]] bool is_frozen(caf::actor_id whom) const { return frozen_.contains(whom); }

private:
  [[nodiscard]] std::size_t next(random& choices);
  [[nodiscard]] std::size_t highest(random& choices);

  static constexpr unsigned steps_between_changes = 40;

  scheduling policy_;
  std::vector<actor> ready_;
  std::set<caf::actor_id> frozen_;
  std::map<caf::actor_id, caf::resumable*> held_; // ready, but frozen
  // Those that were lowered come last, and the first of these before the later ones.
  std::map<caf::actor_id, std::int64_t> priorities_;
  std::int64_t lowest_ = 0;
};

} // namespace libsync::testing
