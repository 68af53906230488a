#pragma once

/// What the shells need of CAF beside sending: requests, messages that are dropped, exceptions and
/// errors.

#include <exception>
#include <iostream>
#include <string>
#include <utility>

#include "on_caf/address.hpp"
#include "on_caf/caf.hpp"

#include "libsync/detail/thrown.hpp"

#include <caf/all.hpp>

namespace libsync::detail::compat {

/// Whether messages wait in the mailbox of an actor that is running.
inline bool has_messages(caf::scheduled_actor* self) {
  return !self->mailbox().empty();
}

/// Sends a request and calls `on_answer`, or `on_error(caf::error)` if the receiver is dead, or
/// dies first.
template <class OnAnswer, class OnError, class... Parts>
void request(caf::scheduled_actor* from, const caf::strong_actor_ptr& to, OnAnswer on_answer,
             OnError on_error, Parts&&... parts) {
  const auto id = from->new_request_id(caf::message_priority::normal);
  to->enqueue(mail(caf::strong_actor_ptr{from->ctrl()}, id, std::forward<Parts>(parts)...),
              from->context());
  from->add_multiplexed_response_handler(id.response_id(),
                                         caf::behavior{std::move(on_answer), std::move(on_error)});
}

/// Sends a message of an actor's to itself.
template <class... Parts>
void send_to_itself(caf::local_actor* self, Parts&&... parts) {
  send(self, self->ctrl(), std::forward<Parts>(parts)...);
}

/// Drops the message that is being handled, and says so on stderr, as CAF does with one that has no
/// handler: it is a mistake of whoever sent it, and harms nobody else.
inline void drop(caf::local_actor* self, const char* what) {
  std::cerr << "libsync: the actor " << self->name() << " (id " << self->id() << ") got " << what
            << ", and has dropped it\n";
}

/// Makes an exception that leaves a handler end the actor with the error that `why(exception)`
/// returns, and nobody else. (Some versions of CAF send the error also to an actor whose message
/// was no request; which would end that one, though it can hear of this end as of any other.)
template <class Why>
void end_with(caf::scheduled_actor* self, Why why) {
  self->set_exception_handler([why](caf::scheduled_actor* ends, std::exception_ptr& what) {
    if (auto* handled = ends->current_mailbox_element(); handled && !handled->mid.is_request())
      handled->mid.mark_as_answered();
    return why(what);
  });
}

/// The same, with the exception's text as the reason, where CAF would print it and forget it.
/// Without memory for the text it ends without one.
inline void end_with_exceptions_text(caf::scheduled_actor* self) {
  end_with(self, [](const std::exception_ptr& what) -> caf::error {
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

/// The same, with what CAF makes of the exception, which it prints.
inline void end_with_exceptions(caf::scheduled_actor* self) {
  end_with(self, [self](std::exception_ptr& what) {
    return caf::scheduled_actor::default_exception_handler(self, what);
  });
}

/// Returns why an actor has ended, in words.
inline std::string text_of(const caf::local_actor* self, const caf::error& why) {
  if (is_of_system(why) && why.context().match_elements<std::string>())
    return why.context().get_as<std::string>(0);
  if (is_exit_reason(why))
    return text_of(static_cast<caf::exit_reason>(why.code()));
  return why ? rendered(self->system(), why) : std::string{"it ended normally"};
}

} // namespace libsync::detail::compat
