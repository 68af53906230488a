#pragma once

/// What other versions of CAF spell differently is spelled here, in `actors/detail/caf/`, and in
/// messages.hpp: requests, errors, turns. Written for CAF 0.17.6.

#include <array>
#include <cstddef>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

#include <pthread.h>

#include "on_caf/address.hpp"

#include "libsync/detail/thrown.hpp"

#include <caf/all.hpp>

namespace libsync::detail::compat {

/// Whether messages wait in the mailbox of an actor that is running.
inline bool has_messages(caf::scheduled_actor* self) {
  return !self->mailbox().empty();
}

/// Whether this thread, which CAF has just started, is one of those that run actors in turn. A
/// hook is told of the clock's and of detached actors' threads too; only the names differ.
inline bool is_worker_thread() {
  std::array<char, 16> name{};
  return pthread_getname_np(pthread_self(), name.data(), name.size()) == 0 &&
         std::string_view{name.data()} == "caf.multiplexer";
}

/// An actor that handles one message a turn, whatever the scheduler allows. So all clients apply a
/// batch before one of them takes the next: a processor then predicts the branches of operations
/// that it has just seen. Unlike with a scheduler's limit of 1 it does not come back for another
/// turn when no message waits.
template <class Base>
class one_message_a_turn : public Base {
public:
  using Base::Base;

  caf::resumable::resume_result resume(caf::execution_unit* context, std::size_t) override {
    const auto after = Base::resume(context, 1);
    const bool waits = after == caf::resumable::resume_later && this->mailbox().try_block();
    return waits ? caf::resumable::awaiting_message : after;
  }
};

/// Sends a request and calls `on_answer`, or `on_error(caf::error)` if the receiver is dead, or
/// dies first.
template <class OnAnswer, class OnError, class... Parts>
void request(caf::scheduled_actor* from, const caf::strong_actor_ptr& to, OnAnswer on_answer,
             OnError on_error, Parts&&... parts) {
  const auto id = from->new_request_id(caf::message_priority::normal);
  to->enqueue(caf::make_mailbox_element(caf::strong_actor_ptr{from->ctrl()}, id, {},
                                        std::forward<Parts>(parts)...),
              from->context());
  from->add_multiplexed_response_handler(
      id.response_id(), caf::behavior{std::move(on_answer), std::move(on_error)});
}

/// Sends a message of an actor's to itself.
template <class... Parts>
void send_to_itself(caf::local_actor* self, Parts&&... parts) {
  self->ctrl()->enqueue(caf::make_mailbox_element(caf::strong_actor_ptr{self->ctrl()},
                                                  caf::make_message_id(), {},
                                                  std::forward<Parts>(parts)...),
                        self->context());
}

/// Drops the message that is being handled, and says so on stderr, as CAF does with one that has no
/// handler: it is a mistake of whoever sent it, and harms nobody else.
inline void drop(caf::local_actor* self, const char* what) {
  std::cerr << "libsync: the actor " << self->name() << " (id " << self->id() << ") got " << what
            << ", and has dropped it\n";
}

/// Makes an exception that leaves a handler end the actor with its text as the reason, where CAF
/// would print it and forget it. Without memory for the text it ends without one.
inline void end_with_exceptions_text(caf::scheduled_actor* self) {
  self->set_exception_handler([](caf::scheduled_actor*, std::exception_ptr& what) -> caf::error {
    try {
      try {
        std::rethrow_exception(what);
      } catch (...) {
        return caf::make_error(caf::sec::runtime_error, std::string{thrown()});
      }
    } catch (...) {
      return {};
    }
  });
}

/// Returns why an actor has ended, in words.
inline std::string text_of(const caf::local_actor* self, const caf::error& why) {
  if (why.category() == caf::atom("system") && why.context().match_elements<std::string>())
    return why.context().get_as<std::string>(0);
  if (why.category() == caf::atom("exit"))
    return to_string(static_cast<caf::exit_reason>(why.code()));
  return why ? self->system().render(why) : std::string{"it ended normally"};
}

} // namespace libsync::detail::compat
