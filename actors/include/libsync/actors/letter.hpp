#pragma once

/// Messages that are written while there is memory, and delivered when there may be none.

#include <memory>
#include <thread>
#include <type_traits>
#include <utility>

#include <caf/all.hpp>

namespace libsync::spelled {

/// A message that is ready to be sent: what may fail for want of memory has been done.
using letter = caf::mailbox_element_ptr;

/// Writes a letter in the name of `from`, an actor's handle, or nullptr for nobody.
template <class From, class... Parts>
letter write_letter(const From& from, Parts&&... parts) {
  caf::strong_actor_ptr sender;
  if constexpr (!std::is_null_pointer_v<From>)
    sender = caf::actor_cast<caf::strong_actor_ptr>(from);
  return caf::make_mailbox_element(std::move(sender), caf::make_message_id(), {},
                                   std::forward<Parts>(parts)...);
}

/// Puts a letter into an actor's mailbox, from outside of any actor. It never fails: if there is no
/// memory to let the actor run, the letter lies there already, and without another try the actor
/// would never run again; so it tries until there is. `to` is a handle, which keeps the actor.
template <class To>
void deliver(const To& to, letter what) noexcept {
  auto* receiver = caf::actor_cast<caf::abstract_actor*>(to);
  try {
    receiver->enqueue(std::move(what), nullptr);
    return;
  } catch (...) { // it is in the mailbox, and counted as about to run
  }
  auto* job = dynamic_cast<caf::scheduled_actor*>(receiver);
  while (job != nullptr)
    try {
      receiver->home_system().scheduler().enqueue(job);
      return;
    } catch (...) {
      std::this_thread::yield();
    }
}

} // namespace libsync::spelled
