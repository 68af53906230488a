#pragma once

/// Goes from the library's own references to CAF's and back.

#include <utility>

#include "libsync/actors/detail/actor_ref.hpp"
#include "on_caf/caf.hpp"

#include <caf/all.hpp>

namespace libsync::detail::compat {

[[nodiscard]] inline actor_ref ref_to(const caf::strong_actor_ptr& whom) noexcept {
  return actor_ref{whom.get()};
}

[[nodiscard]] inline caf::strong_actor_ptr pointer_to(const actor_ref& whom) noexcept {
  return caf::strong_actor_ptr{whom.get()};
}

/// A handle to an actor that is held, whatever messages it takes.
[[nodiscard]] inline caf::actor handle(const caf::strong_actor_ptr& whom) {
  return caf::actor_cast<caf::actor>(whom);
}

[[nodiscard]] inline caf::actor_addr address(caf::actor_control_block* whom) noexcept {
  return caf::actor_cast<caf::actor_addr>(whom);
}
[[nodiscard]] inline caf::actor_addr address(const caf::strong_actor_ptr& whom) noexcept {
  return address(whom.get());
}
[[nodiscard]] inline caf::actor_addr address(const actor_address& whom) noexcept {
  return address(whom.get());
}
[[nodiscard]] inline actor_address address_of(const caf::actor_addr& whom) noexcept {
  return actor_address{caf::actor_cast<caf::actor_control_block*>(whom)};
}

/// The actor at an address, held for as long as the result lives; null if it is gone.
[[nodiscard]] inline caf::strong_actor_ptr hold(const actor_address& whom) noexcept {
  auto* block = whom.get();
  if (block == nullptr || !caf::intrusive_ptr_upgrade_weak(block))
    return nullptr;
  return {block, false};
}

/// Starts an actor and returns the first reference to it.
template <class Actor, class... Args>
[[nodiscard]] actor_ref spawned(caf::actor_system& system, Args&&... args) {
  const use_of_system here;
  const auto handle = system.spawn<Actor>(std::forward<Args>(args)...);
  return actor_ref{caf::actor_cast<caf::actor_control_block*>(handle)};
}

/// The same for one that has a thread of its own.
template <class Actor, class... Args>
[[nodiscard]] actor_ref spawned_detached(caf::actor_system& system, Args&&... args) {
  const use_of_system here;
  const auto handle = system.spawn<Actor, caf::detached>(std::forward<Args>(args)...);
  return actor_ref{caf::actor_cast<caf::actor_control_block*>(handle)};
}

/// The same for one that no system that ends waits for.
template <class Actor, class... Args>
[[nodiscard]] actor_ref spawned_hidden(caf::actor_system& system, Args&&... args) {
  const use_of_system here;
  const auto handle = system.spawn<Actor, caf::hidden>(std::forward<Args>(args)...);
  return actor_ref{caf::actor_cast<caf::actor_control_block*>(handle)};
}

} // namespace libsync::detail::compat
