#include "libsync/actors/detail/actor_ref.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "libsync/actors/detail/actor_driver.hpp"
#include "libsync/actors/detail/waiting.hpp"
#include "libsync/actors/messages.hpp"
#include "on_caf/address.hpp"
#include "on_caf/spawned.hpp"

#include <caf/all.hpp>

namespace libsync::detail {

namespace {

// Calls `write(atom)` with the atom of a message.
template <class Write>
auto with_atom(message what, Write write) {
  switch (what) {
  case message::accept:
    return write(accept_atom_v);
  case message::audit:
    return write(audit_atom_v);
  case message::change:
    return write(change_atom_v);
  case message::close:
    return write(close_atom_v);
  case message::done:
    return write(done_atom_v);
  case message::drain:
    return write(drain_atom_v);
  case message::frame:
    return write(frame_atom_v);
  case message::join:
    return write(join_atom_v);
  case message::later:
    return write(later_atom_v);
  case message::leave:
    return write(leave_atom_v);
  case message::locate:
    return write(locate_atom_v);
  case message::log:
    return write(log_atom_v);
  case message::meet:
    return write(meet_atom_v);
  case message::observe:
    return write(observe_atom_v);
  case message::part:
    return write(part_atom_v);
  case message::read:
    return write(read_atom_v);
  case message::status:
    return write(status_atom_v);
  case message::submit:
    break;
  }
  return write(submit_atom_v);
}

using compat::pointer_to;

letter sealed(compat::letter written) {
  return letter{written.release()};
}

compat::letter open(letter sealed) {
  return compat::letter{static_cast<caf::mailbox_element*>(sealed.take())};
}

using clock = std::chrono::steady_clock;

// Waits for an answer, on a thread that does not run the actors itself.
bool await(const caf::scoped_actor& self, clock::time_point deadline) {
  using clock_of_caf = caf::blocking_actor::timeout_type::clock;
  return deadline == clock::time_point::max() ||
         self->await_data(clock_of_caf::now() + (deadline - clock::now()));
}

template <class... Content>
result<envelope> ask_any(clock::time_point deadline, const actor_ref& whom, message what,
                         const Content&... content) {
  using answer = result<envelope>;
  if (!whom)
    return answer::failed("there is nobody to ask: the handle is null");
  if (const auto why = why_not_wait("ask in another thread"); !why.empty())
    return answer::failed(why);
  const auto to = compat::handle(pointer_to(whom));
  const compat::use_of_system here;
  caf::scoped_actor self{to.home_system()};
  auto got = answer::failed(has_ended());
  const auto is_answered = [&] { return !self->mailbox().empty(); };
  const auto may_receive = [&] {
    auto* driver = actor_driver::here();
    auto why = driver != nullptr       ? driver->drive(is_answered, deadline)
               : await(self, deadline) ? reason{}
                                       : "the deadline passed"_reason;
    const bool is_there = why.empty();
    if (!is_there)
      got = answer::failed(std::move(why));
    return is_there;
  };
  with_atom(what, [&](auto atom) {
    compat::ask_and_wait(
        self, to, may_receive, [&](const envelope& came) { got = came; }, [](const caf::error&) {},
        atom, content...);
  });
  return got;
}

} // namespace

void hold(caf::actor_control_block* actor) noexcept {
  caf::intrusive_ptr_add_ref(actor);
}

void release(caf::actor_control_block* actor) noexcept {
  caf::intrusive_ptr_release(actor);
}

void hold_weakly(caf::actor_control_block* actor) noexcept {
  caf::intrusive_ptr_add_weak_ref(actor);
}

void release_weakly(caf::actor_control_block* actor) noexcept {
  caf::intrusive_ptr_release_weak(actor);
}

void letter::destroy() noexcept {
  const auto gone = open(std::move(*this));
}

letter write_letter(message what) {
  return with_atom(what, [](auto atom) { return sealed(compat::write_letter(nullptr, atom)); });
}

letter write_letter(const actor_ref& from, message what, envelope content) {
  return with_atom(what, [&](auto atom) {
    return sealed(compat::write_letter(pointer_to(from), atom, std::move(content)));
  });
}

void deliver(const actor_ref& to, letter what) noexcept {
  compat::deliver(to.get(), open(std::move(what)));
}

void send(const actor_ref& to, message what) {
  if (to)
    with_atom(what, [&](auto atom) {
      compat::send_anonymously(pointer_to(to), caf::make_message(atom), nullptr);
    });
}

void send(const actor_ref& to, message what, envelope content) {
  if (to)
    with_atom(what, [&](auto atom) {
      compat::send_anonymously(pointer_to(to), caf::make_message(atom, std::move(content)),
                               nullptr);
    });
}

void send(const actor_ref& to, message what, const actor_ref& content) {
  if (to)
    with_atom(what, [&](auto atom) {
      compat::send_anonymously(
          pointer_to(to),
          caf::make_message(atom, caf::actor_cast<caf::actor_addr>(pointer_to(content))), nullptr);
    });
}

reason has_ended() noexcept {
  return "it has ended"_reason;
}

result<envelope> ask(const actor_ref& whom, message what) {
  return ask_any(clock::time_point::max(), whom, what);
}

result<envelope> ask(const actor_ref& whom, message what, const envelope& content) {
  return ask_any(clock::time_point::max(), whom, what, content);
}

result<envelope> ask(const actor_ref& whom, message what, const envelope& content,
                     clock::time_point deadline) {
  return ask_any(deadline, whom, what, content);
}

result<envelope> ask(const actor_ref& whom, message what, const actor_ref& but_not) {
  return ask_any(clock::time_point::max(), whom, what,
                 caf::actor_cast<caf::actor_addr>(pointer_to(but_not)));
}

void stop(const actor_ref& whom) noexcept {
  compat::send_exit(pointer_to(whom), caf::exit_reason::user_shutdown);
}

caf::actor_system& system_of(const actor_ref& whom) noexcept {
  return *whom.get()->home_system;
}

} // namespace libsync::detail
