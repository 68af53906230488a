#pragma once

/// The one header that spells what other versions of CAF spell differently: atoms, typed
/// interfaces, whitelisting, sending. Written for CAF 0.17.6.

#include <array>
#include <concepts>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>

#include <pthread.h>

#include "libsync/receipt.hpp"
#include "libsync/welcome.hpp"

#include <caf/all.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>

namespace libsync {

/// What a message carries: immutable, shared by all receivers, copied by none. Data and operations
/// never stand in a message by themselves.
template <class T>
struct envelope {
  std::shared_ptr<const T> content;

  const T& operator*() const noexcept { return *content; }
  const T* operator->() const noexcept { return content.get(); }
};

/// Puts `content` into an envelope.
template <class T>
envelope<T> enclose(T content) {
  return {std::make_shared<const T>(std::move(content))};
}

// Messages that clients send to a server.
using join_atom = caf::atom_constant<caf::atom("join")>;
using leave_atom = caf::atom_constant<caf::atom("leave")>;
using submit_atom = caf::atom_constant<caf::atom("submit")>;
using reached_atom = caf::atom_constant<caf::atom("reached")>;

// Messages that a server sends to its clients.
using welcome_atom = caf::atom_constant<caf::atom("welcome")>;
using operation_atom = caf::atom_constant<caf::atom("operation")>;
using shown_atom = caf::atom_constant<caf::atom("shown")>;
using answers_atom = caf::atom_constant<caf::atom("answers")>;
using suspended_atom = caf::atom_constant<caf::atom("suspended")>;
using ended_atom = caf::atom_constant<caf::atom("ended")>;

// A server's message to itself.
using flush_atom = caf::atom_constant<caf::atom("flush")>;

// An effect handler's message to a server: an effect is done.
using handled_atom = caf::atom_constant<caf::atom("handled")>;

// A client's message to a supervisor: where is the server?
using locate_atom = caf::atom_constant<caf::atom("locate")>;

// Messages between peers, and that of a peer to itself.
using box_atom = caf::atom_constant<caf::atom("box")>;
using merged_atom = caf::atom_constant<caf::atom("merged")>;
using share_atom = caf::atom_constant<caf::atom("share")>;

// Messages that users send to peers.
using change_atom = caf::atom_constant<caf::atom("change")>;
using meet_atom = caf::atom_constant<caf::atom("meet")>;
using part_atom = caf::atom_constant<caf::atom("part")>;
using accept_atom = caf::atom_constant<caf::atom("accept")>;

// Messages that users send to servers and clients; some also to peers.
using read_atom = caf::atom_constant<caf::atom("read")>;
using status_atom = caf::atom_constant<caf::atom("status")>;
using observe_atom = caf::atom_constant<caf::atom("observe")>;
using close_atom = caf::atom_constant<caf::atom("close")>;

// A session's message to its client: there is something in the buffer.
using drain_atom = caf::atom_constant<caf::atom("drain")>;

namespace spelled {

template <class... Inputs>
using reacts = caf::reacts_to<Inputs...>;

template <class Result, class... Inputs>
using replies = caf::typed_mpi<caf::detail::type_list<Inputs...>, caf::output_tuple<Result>>;

/// Sends without naming a sender: it costs no reference count of the sender, and it is possible
/// while an actor is being destroyed. `to` may be null.
inline void send_anonymously(const caf::strong_actor_ptr& to, caf::message what,
                             caf::execution_unit* context) {
  if (to)
    to->enqueue(nullptr, caf::make_message_id(), std::move(what), context);
}

/// Whether an actor may be handed to others: not so once its last handle is gone and it is being
/// destroyed, when a new reference to it would destroy it a second time.
inline bool is_reachable(const caf::local_actor* self) {
  return self->ctrl()->strong_refs.load() != 0;
}

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

/// Calls `done` once when `self` ends, however it ends, while the object still lives.
template <class Function>
void when_ended(caf::local_actor* self, Function done) {
  self->attach_functor(std::move(done));
}

/// A response that is sent later. Unlike a caf::response_promise it keeps neither actor alive, so
/// that a request which is never answered does not keep a system from ending.
template <class T>
class later {
public:
  explicit later(caf::local_actor* self)
      : to_(caf::actor_cast<caf::weak_actor_ptr>(self->current_sender())),
        request_(self->current_mailbox_element()->mid) {}

  /// Whether somebody waits for it.
  [[nodiscard]] bool wanted() const { return request_.is_request(); }

  void deliver(T value) const { send(caf::make_message(std::move(value))); }

  void fail() const { send(caf::make_message(caf::make_error(caf::sec::request_receiver_down))); }

private:
  void send(caf::message what) const {
    if (auto to = caf::actor_cast<caf::strong_actor_ptr>(to_); to && wanted())
      to->enqueue(nullptr, request_.response_id(), std::move(what), nullptr);
  }

  caf::weak_actor_ptr to_;
  caf::message_id request_;
};

/// What a handler returns whose response is a `later`.
template <class T>
using no_response_yet = caf::typed_response_promise<T>;

/// Sends with `from` as the sender, which must be reachable; `to` may be null.
template <class To, class... Parts>
void send(caf::local_actor* from, const To& to, Parts&&... parts) {
  if (to)
    caf::actor_cast<caf::abstract_actor*>(to)->enqueue(
        caf::make_mailbox_element(caf::strong_actor_ptr{from->ctrl()}, caf::make_message_id(), {},
                                  std::forward<Parts>(parts)...),
        from->context());
}

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
/// would never run again; so it tries until there is.
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

/// Sends a request and calls `on_answer`, or `on_error(caf::error)` if the receiver is dead, or
/// dies first.
template <class Self, class Handle, class OnAnswer, class OnError, class... Parts>
void request(Self* from, const Handle& to, OnAnswer on_answer, OnError on_error, Parts&&... parts) {
  from->request(to, caf::infinite, std::forward<Parts>(parts)...)
      .then(std::move(on_answer), std::move(on_error));
}

/// Makes an exception that leaves a handler end the actor with its text as the reason, where CAF
/// would print it and forget it.
inline void end_with_exceptions_text(caf::scheduled_actor* self) {
  self->set_exception_handler([](caf::scheduled_actor*, std::exception_ptr& thrown) -> caf::error {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      return caf::make_error(caf::sec::runtime_error, std::string{error.what()});
    } catch (...) {
      return caf::make_error(caf::sec::runtime_error,
                             std::string{"something that is no std::exception"});
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

/// What values are written with, and read with, when they leave the process.
template <class Inspector>
concept inspector = std::derived_from<Inspector, caf::serializer> ||
    std::derived_from<Inspector, caf::deserializer>;

template <inspector Inspector>
inline constexpr bool reads = Inspector::writes_state;

/// Whether a type has an `inspect` of its own.
template <class T>
inline constexpr bool has_inspect = caf::detail::is_inspectable<caf::serializer, T>::value;

/// Writes or reads a value by its `inspect`, or as CAF knows it. (Calling the inspector would leave
/// out, without a word, what is whitelisted as unsafe.)
template <inspector Inspector, class T>
caf::error inspect_value(Inspector& with, T& value) {
  return with.apply(value);
}

/// Writes or reads how many elements follow.
template <inspector Inspector>
caf::error inspect_size(Inspector& with, std::size_t& size) {
  return with.begin_sequence(size);
}

/// Appends to `bytes` what `write(inspector)` writes.
template <class Write>
caf::error to_bytes(caf::execution_unit* context, std::string& bytes, Write write) {
  caf::serializer_impl<std::string> into{context, bytes};
  return write(static_cast<caf::serializer&>(into));
}

/// Lets `read(inspector)` read `bytes`, and says how many are left.
template <class Read>
caf::error from_bytes(caf::execution_unit* context, const std::string& bytes, Read read,
                      std::size_t& left) {
  caf::binary_deserializer from{context, bytes.data(), bytes.size()};
  auto failed = read(static_cast<caf::deserializer&>(from));
  left = from.remaining();
  return failed;
}

/// An error that tells the place, such as `queue[3].what`, and the reason.
inline caf::error error_at(std::string place, std::string reason) {
  return caf::make_error(caf::sec::invalid_argument, std::move(place), std::move(reason));
}

/// An error that is told in one sentence.
inline caf::error error_of(std::string sentence) {
  return caf::make_error(caf::sec::invalid_argument, std::move(sentence));
}

/// Returns the place, empty if none is told, and the reason.
inline std::pair<std::string, std::string> place_and_reason(const caf::error& why) {
  const auto& told = why.context();
  if (told.match_elements<std::string, std::string>())
    return {told.get_as<std::string>(0), told.get_as<std::string>(1)};
  if (told.match_elements<std::string>())
    return {"", told.get_as<std::string>(0)};
  if (why == caf::sec::end_of_stream)
    return {"", "it ends too early"};
  return {"", "error " + std::to_string(why.code()) + " of " + caf::to_string(why.category())};
}

} // namespace spelled
} // namespace libsync

namespace caf {

template <class T>
struct allowed_unsafe_message_type<libsync::envelope<T>> : std::true_type {};

template <class Data>
struct allowed_unsafe_message_type<libsync::snapshot<Data>> : std::true_type {};

template <>
struct allowed_unsafe_message_type<libsync::receipt> : std::true_type {};

} // namespace caf
