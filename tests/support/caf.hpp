#pragma once

/// What tests do with CAF's actors, whichever version of CAF there is: send, ask, and messages of
/// their own.

#include <type_traits>
#include <utility>

#include "libsync/actors/detail/caf/version.hpp"

#include <caf/all.hpp>

/// Sends from outside of any actor.
template <class Handle, class... Parts>
void send_to(const Handle& whom, Parts&&... parts) {
#if LIBSYNC_CAF_VERSION < 100
  caf::anon_send(whom, std::forward<Parts>(parts)...);
#else
  caf::anon_mail(std::forward<Parts>(parts)...).send(whom);
#endif
}

/// The same in the name of `from`.
template <class From, class Handle, class... Parts>
void send_from(const From& from, const Handle& whom, Parts&&... parts) {
#if LIBSYNC_CAF_VERSION < 100
  caf::send_as(from, whom, std::forward<Parts>(parts)...);
#else
  caf::actor_cast<caf::strong_actor_ptr>(whom)->enqueue(
      caf::make_mailbox_element(caf::actor_cast<caf::strong_actor_ptr>(from),
                                caf::make_message_id(), std::forward<Parts>(parts)...),
      nullptr);
#endif
}

/// Asks, and returns what the answer is received by: `ask(...).receive(...)`, or `hear` later.
template <class Handle, class... Parts>
auto ask(caf::scoped_actor& self, const Handle& whom, Parts&&... parts) {
#if LIBSYNC_CAF_VERSION < 100
  return self->request(whom, caf::infinite, std::forward<Parts>(parts)...);
#else
  return self->mail(std::forward<Parts>(parts)...).request(whom, caf::infinite);
#endif
}

/// Waits for the answer to what was asked, once.
template <class Asked, class OnAnswer, class OnError>
void hear(Asked& asked, OnAnswer on_answer, OnError on_error) {
  static_cast<Asked&&>(asked).receive(std::move(on_answer), std::move(on_error));
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations" // in 1.x a handler of `message` does it
/// Lets an actor drop, without a word, messages for which it has no handler.
inline void drop_the_rest(caf::scheduled_actor* self) {
  self->set_default_handler(caf::drop);
}
#pragma GCC diagnostic pop

#if LIBSYNC_CAF_VERSION < 18
#define TEST_ATOM(name)                                                                            \
  using name##_atom = caf::atom_constant<caf::atom(#name)>;                                        \
  inline constexpr name##_atom name##_atom_v {}
#else
#include <caf/init_global_meta_objects.hpp>
#define TEST_ATOM(name) CAF_ADD_ATOM(tests, name##_atom) static_assert(true)
CAF_BEGIN_TYPE_ID_BLOCK(tests, 1300)
#endif

TEST_ATOM(go);
TEST_ATOM(note);
TEST_ATOM(quit);
TEST_ATOM(throw);
TEST_ATOM(write);

#if LIBSYNC_CAF_VERSION >= 18
CAF_END_TYPE_ID_BLOCK(tests)
inline const bool test_atoms_are_known =
    (caf::core::init_global_meta_objects(), caf::init_global_meta_objects<caf::id_block::tests>(),
     true);
#endif
#undef TEST_ATOM
