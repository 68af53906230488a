#pragma once

/// What happens in a simulated network: submissions, faults, and what ends them.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "libsync/testing/detail/network/network.hpp"

namespace libsync::testing::detail {

// Who is dead leaves it to the next one.
template <class Data>
simulated_replica<Data>* network<Data>::any_client(std::uint64_t who) {
  for (std::size_t i = 0; i < clients_.size(); ++i)
    if (auto& one = *clients_[(who + i) % clients_.size()]; one.lives())
      return &one;
  return nullptr;
}

template <class Data>
void network<Data>::act(const simulated_event& next) {
  note(static_cast<std::uint64_t>(next.what), static_cast<std::uint64_t>(next.fault));
  switch (next.what) {
  case event_kind::submit:
    if (how_.timers && next.seed % 4 == 0)
      return set_timer(next);
    [[fallthrough]];
  case event_kind::submit_transaction:
    if (auto* who = any_client(next.who))
      submit_by(*who, next);
    return;
  case event_kind::cause_fault:
    ++totals().faults;
    return disturb(next);
  case event_kind::thaw:
    is_server_frozen_ = false;
    for (auto& one : clients_)
      one->is_frozen = false;
    return say(next, "all thaw");
  case event_kind::release:
    if (auto* who = any_client(next.who)) {
      at(who->route).up.held = at(who->route).down.held = false;
      say(next, "messages of client ", who->index, " come through again");
    }
    return;
  case event_kind::come_back:
    if (auto* who = any_client(next.who)) {
      who->replica.connect(*who);
      say(next, "client ", who->index, " comes back");
    }
  }
}

template <class Data>
void network<Data>::set_timer(const simulated_event& next) {
  random choices{next.seed};
  server_.set_timer(choices, make_(server_.expected().data(), choices));
  say(next, "the server is asked to submit something later, or not to");
}

// Says at once that an inverse is wrong. Later it would be seen in what clients show.
template <class Data>
void network<Data>::check_inverses([[maybe_unused]] const client& who,
                                   [[maybe_unused]] const Data& seen,
                                   [[maybe_unused]] const std::vector<operation>& all) {
  if constexpr (invertible<Data>)
    if (how_.undo) {
      const auto wrong =
          inverses_of<Data>(seen, all, context_at<Data>(0, who.replica.version() + 1)).wrong;
      require(wrong.empty(), "client ", who.index, " submits ", in_words(all), ", but ", wrong);
    }
}

// Returns whether it does not submit what it is asked to, but undoes, does again, or takes a step
// of several submissions.
template <class Data>
bool network<Data>::undo_by(client& who, const simulated_event& next) {
  if constexpr (invertible<Data>) {
    if (!who.undo.is_on() || who.undo.is_within_step())
      return false;
    random choices{next.seed ^ 0xD0};
    const auto what = choices.below(100);
    if (what < 30) {
      const bool redo = what >= 20;
      say(next, "client ", who.index, redo ? " does again what it undid" : " undoes its last step");
      who.go_back(redo);
      return true;
    }
    if (what < 40 && who.replica.has_data()) {
      const auto all =
          make_operations(who.replica.shown(), make_, choices.split(), 2 + choices.below(2));
      say(next, "client ", who.index, " submits in one step ", in_words(all));
      check_inverses(who, who.replica.shown(), all);
      who.undo.begin_step();
      for (auto op = all.begin(); op != all.end() && who.lives(); ++op) {
        ++totals().submissions;
        who.submit(submission<Data>{*op});
      }
      who.undo.end_step();
      return true;
    }
  }
  return false;
}

template <class Data>
void network<Data>::submit_by(client& who, const simulated_event& next) {
  if (undo_by(who, next))
    return;
  random choices{next.seed};
  const bool is_alone = next.what == event_kind::submit;
  const bool is_empty = !is_alone && choices.chance(10) && !who.undo.is_on();
  const auto count = is_alone ? 1 : is_empty ? 0 : 1 + choices.below(4);
  const auto& seen = who.replica.has_data() ? who.replica.shown() : how_.initial;
  auto all = make_operations(seen, make_, choices.split(), count);
  const bool is_conditional = choices.chance(is_alone ? 5 : 30);
  const auto since =
      who.replica.version() - std::min<version>(who.replica.version(), choices.below(3));
  ++totals().submissions;
  if (tells())
    say(next, "client ", who.index, " submits ", is_alone ? "" : "a transaction of ",
        all.empty() ? "nothing" : in_words(all),
        is_conditional ? " if unchanged since version " : "",
        is_conditional ? std::to_string(since) : "");
  check_inverses(who, seen, all);
  auto one = is_alone ? submission<Data>{std::move(all.front())}
                      : submission<Data>{transaction<Data>{std::move(all)}};
  who.submit(is_conditional ? std::move(one).only_since(since) : std::move(one));
}

template <class Data>
void network<Data>::disturb(const simulated_event& next) {
  switch (next.fault) {
  case fault::kill_server:
    say(next, "the server dies, and another goes on");
    return server_.die();
  case fault::fail_server:
    // Data may tell in which version they were made, and the versions of another server are others.
    if (!takes_context<Data> && next.seed % 8 == 0) {
      for (auto& one : clients_)
        one->lose_server();
      say(next, "the server ends, and another begins with its data");
      return server_.replace();
    }
    server_.die_within(1 + next.seed % 6);
    return say(next, "the server fails when it calls for the ", 1 + next.seed % 6, "th time");
  case fault::freeze_server:
    is_server_frozen_ = true;
    return say(next, "the server freezes");
  case fault::late_join:
    say(next, "client ", clients_.size(), " joins late");
    return add_client();
  default:
    if (auto* who = any_client(next.who))
      disturb(next, *who);
  }
}

template <class Data>
void network<Data>::disturb(const simulated_event& next, client& who) {
  const bool is_up = next.seed % 2 == 0;
  const auto* const of = is_up ? " to the server" : " from the server";
  auto& over = at(who.route);
  const auto in_one_direction = [&](auto change) { is_up ? change(over.up) : change(over.down); };
  switch (next.fault) {
  case fault::freeze_client:
    who.is_frozen = true;
    return say(next, "client ", who.index, " freezes");
  case fault::cut:
    if (!over.is_cut) {
      links_.cut(who.route);
      over.down.all.push_back(cut_off{});
    }
    return say(next, "the connection of client ", who.index, " breaks");
  case fault::drop:
    in_one_direction([](auto& half) { half.loses_next = true; });
    return say(next, "the next message of client ", who.index, of, " is lost");
  case fault::duplicate:
    in_one_direction([](auto& half) { half.repeats_next = true; });
    return say(next, "the next message of client ", who.index, of, " comes twice");
  case fault::hold:
    in_one_direction([](auto& half) { half.held = true; });
    return say(next, "messages of client ", who.index, of, " are held");
  case fault::leave:
    who.replica.leave(who);
    return say(next, "client ", who.index, " leaves");
  case fault::die:
    if (is_up) {
      who.crash();
    } else {
      who.replica.close("it ends", who);
      who.die();
    }
    links_.cut(who.route);
    return say(next, "client ", who.index, is_up ? " crashes" : " closes");
  case fault::call_back:
    calls_back_.push_back({who.index, 1 + static_cast<std::size_t>(next.seed % 4), next.seed});
    return say(next, "client ", who.index, " calls back within its callback number ",
               1 + next.seed % 4);
  default:
    return;
  }
}

template <class Data>
void network<Data>::call_back(client& who, random& choices) {
  switch (choices.below(20)) {
  case 0:
    who.replica.close("closed from within", who);
    who.die();
    return links_.cut(who.route);
  case 1:
  case 2:
    return who.replica.leave(who);
  case 3:
  case 4:
  case 5:
    return who.replica.connect(who);
  default:
    return submit_by(who, {0,
                           choices.chance(30) ? event_kind::submit_transaction : event_kind::submit,
                           {},
                           0,
                           choices()});
  }
}

} // namespace libsync::testing::detail
