#pragma once

/// What happens to simulated actors: submissions, faults, and what ends them.

#include <chrono>
#include <cstddef>
#include <string>

#include "libsync/actors/detail/server/any_server.hpp"
#include "libsync/actors/fault_point.hpp"
#include "libsync/actors/testing/actor_world.hpp"
#include "libsync/actors/testing/proxy.hpp"

#include "libsync/storage_error.hpp"

#include "libsync/testing/detail/simulation_events.hpp"
#include "libsync/testing/random.hpp"
#include "libsync/testing/simulation.hpp"

namespace libsync::testing::detail {

template <class Data>
void actor_world<Data>::act(const simulated_event& next) {
  auto number = static_cast<std::size_t>(next.who % clients_.size());
  // Who is dead leaves its faults to the next one.
  for (std::size_t i = 1;
       i < clients_.size() && next.what == event_kind::cause_fault && clients_[number]->is_dead();
       ++i)
    number = (number + 1) % clients_.size();
  note(static_cast<std::uint64_t>(next.what), static_cast<std::uint64_t>(next.fault), number);
  auto& whom = *clients_[number];
  const auto name = "client " + std::to_string(number);
  switch (next.what) {
  case event_kind::submit:
  case event_kind::submit_transaction:
    return submit(next, number);
  case event_kind::cause_fault:
    ++totals().faults;
    return disturb(next, whom, name);
  case event_kind::thaw:
    runtime_.thaw_all();
    return say(next, "all thaw");
  case event_kind::release:
    whom.connection().heal();
    if (journal_) {
      journal_.disk().heal();
      runtime_.advance(std::chrono::seconds{3}); // in which a server looks whether it works again
    }
    return say(next, "messages of " + name + " come through again");
  case event_kind::come_back:
    whom.come_back();
    return say(next, name + " comes back");
  }
}

template <class Data>
void actor_world<Data>::disturb(const simulated_event& next, client& whom,
                                const std::string& name) {
  switch (next.fault) {
  case fault::kill_server:
    if (const auto server = current_server())
      runtime_.kill(server);
    return say(next, "the server is killed");
  case fault::fail_server:
    server_fails_ = static_cast<fault_point>(next.seed % 3);
    return say(next, "the server fails");
  case fault::freeze_server:
    if (const auto server = current_server())
      runtime_.freeze(server);
    return say(next, "the server freezes");
  case fault::late_join:
    add_client();
    return say(next, "client " + std::to_string(clients_.size() - 1) + " joins late");
  case fault::freeze_client:
    if (!whom.is_dead())
      whom.visit([this](auto& it) { runtime_.freeze(it.session().handle()); });
    return say(next, name + " freezes");
  case fault::leave:
    whom.leave();
    return say(next, name + " leaves");
  case fault::die:
    if (!whom.is_dead())
      next.seed % 2 == 0 ? whom.die() : whom.close();
    return say(next, name + (whom.is_closed() ? " closes" : " dies"));
  case fault::throw_in_observer:
    whom.throw_next();
    return say(next, "an observer of " + name + " throws");
  case fault::end_process:
  case fault::fail_journal:
    return disturb_journal(next);
  default:
    return disturb_link(next, whom, name);
  }
}

template <class Data>
void actor_world<Data>::disturb_journal(const simulated_event& next) {
  if (!journal_)
    return;
  if (next.fault == fault::end_process)
    return end_process(next);
  journal_.disk().fail(next.seed);
  say(next, "the disk fails");
}

// Its clients wait for the next one.
template <class Data>
void actor_world<Data>::end_process(const simulated_event& next) {
  const auto server = current_server();
  for (auto& one : clients_)
    one->connection().lead_nowhere();
  if (next.seed % 3 == 0) {
    runtime_.thaw_all();
    server_.stop();
    while (!journal_.disk().is_closed() && is_sound() && runtime_.step()) {
    }
    say(next, "the server ends, and another process goes on");
  } else {
    runtime_.kill(server_);
    if (server)
      runtime_.kill(server);
    say(next, "the server's process is killed, and another one goes on");
  }
  journal_.end_process();
  server_fails_.reset();
  try {
    server_ = start_server();
  } catch (const storage_error&) {
    journal_.disk().heal();
    attempt([this] { server_ = start_server(); });
  }
  for (auto& one : clients_)
    one->connection().lead_to(server_);
}

// What happens beside to a server with a journal: timers, and reports on effects.
template <class Data>
void actor_world<Data>::tend_journal(const simulated_event& next) {
  if (!journal_)
    return;
  random choices{next.seed ^ 0x71E2};
  if (is_sound() && choices.chance(10))
    journal_.report(choices);
  if (is_sound() && how_.timers && choices.chance(8))
    if (const auto server = current_server()) {
      const auto op = make_(expected_.data(), choices);
      const auto time = libsync::detail::server_time() + choices.between(0, 5'000);
      const auto told = server.submit_at("timer " + std::to_string(choices()), time, op);
      journal_.set_timer(static_cast<bool>(told));
      say(next, "a timer is set: ", told ? "accepted" : std::string{told.reason()});
    }
  if (!journal_.broken().empty())
    break_promise(journal_.broken());
}

template <class Data>
void actor_world<Data>::disturb_link(const simulated_event& next, client& whom,
                                     const std::string& name) {
  const bool up = next.seed % 2 == 0;
  const auto which = up ? direction::to_server : direction::to_client;
  const auto* const of = up ? " to the server" : " from the server";
  switch (next.fault) {
  case fault::cut:
    whom.connection().cut();
    return say(next, "the connection of " + name + " breaks");
  case fault::drop:
    whom.connection().drop(which);
    return say(next, "the next message of " + name + of + " is lost");
  case fault::duplicate:
    whom.connection().duplicate(which);
    return say(next, "the next message of " + name + of + " comes twice");
  case fault::hold:
    whom.connection().hold(which);
    return say(next, "messages of " + name + of + " are held");
  default:
    return;
  }
}

} // namespace libsync::testing::detail
