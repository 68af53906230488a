#pragma once

/// What must hold in the end of a simulation of actors.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>

#include "libsync/actors/testing/actor_world.hpp"

#include "libsync/ids.hpp"

#include "libsync/testing/receipt_counts.hpp"

namespace libsync::testing::detail {

template <class Data>
void actor_world<Data>::converge() {
  heal();
  try {
    wait_for_journal();
    runtime_.run();
    check_members();
    for (auto& one : clients_)
      one->come_back();
    const auto is_over = [&] {
      return !is_sound() || (has_converged() && shown_.what_is_missing(clients_).empty());
    };
    runtime_.run_until(is_over);
    shown_.take_one_away(clients_);
    runtime_.run_until(is_over);
    wait_for_journal();
    runtime_.run();
    check_members();
    if (const auto missing = journal_.what_is_missing(); is_sound() && !missing.empty())
      break_promise(missing);
  } catch (const std::exception& what) {
    break_promise(what_is_missing() + "; " + what.what());
  }
}

// Lets time pass, in which a server finds that its disk works again, and timers fire.
template <class Data>
void actor_world<Data>::wait_for_journal() {
  for (int i = 0; journal_ && i < 4; ++i) {
    runtime_.run();
    runtime_.advance(std::chrono::seconds{3});
  }
}

// Once no message is left. Nothing disturbs a connection without a proxy.
template <class Data>
void actor_world<Data>::check_members() {
  const auto status = current_server().status();
  if (!status)
    return break_promise("the server does not answer: " + status.reason());
  std::size_t joined = 0;
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    if (clients_[i]->is_dead())
      continue;
    const auto told = clients_[i]->visit([](auto& it) { return it.session().status(); });
    joined += told && told->joined ? 1 : 0;
    if (told && !clients_[i]->has_proxy() && told->counters.resyncs != 0)
      break_promise("client " + std::to_string(i) +
                    " has joined again, although it got each message once");
  }
  if (status->members != joined)
    break_promise("the server has " + std::to_string(status->members) + " members, but " +
                  std::to_string(joined) + " clients have joined");
}

// What keeps the first of the clients from being done; empty if all are.
template <class Data>
std::string actor_world<Data>::what_is_missing() const {
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    const auto missing = clients_[i]->look([&](const client_record& record) -> std::string {
      if (is_done(i, record))
        return {};
      if (const auto waiting = record.counts.waiting(); waiting != 0)
        return " waits for " + std::to_string(waiting) + " receipts";
      if (record.seen.empty())
        return " has no data";
      return " shows version " + std::to_string(record.version()) + ", but the server has " +
             std::to_string(expected_.last());
    });
    if (!missing.empty())
      return "client " + std::to_string(i) + missing;
  }
  return shown_.what_is_missing(clients_);
}

template <class Data>
void actor_world<Data>::check_counts() {
  if (journal_.has_lost())
    return;
  receipt_counts all;
  std::uint64_t made = 0; // versions of clients
  for (version each = 1; each <= expected_.last(); ++each)
    made += expected_.author_of(each) == client_id::server ? 0 : 1;
  for (const auto& one : clients_)
    all += one->look([](const client_record& record) { return record.counts; });
  if (made < all.accepted || made > all.accepted + all.unknown)
    break_promise(std::to_string(all.accepted) + " submissions were accepted and " +
                  std::to_string(all.unknown) + " are unknown, but the server made " +
                  std::to_string(made) + " versions of them");
}

} // namespace libsync::testing::detail
