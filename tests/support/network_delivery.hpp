#pragma once

/// How a simulated network delivers: what arrives at the server and at a client.

#include <memory>
#include <variant>

#include "support/decide.hpp"
#include "support/links.hpp"
#include "support/network.hpp"

namespace simulation {

template <class Data>
void network<Data>::deliver(int route, bool twice, bool lost) {
  auto& over = at(route);
  if (!over.up.empty() && (over.down.empty() || chance(50))) {
    auto message = over.up.front();
    if (!twice)
      over.up.pop_front();
    if (!lost)
      std::visit([&](const auto& what) { to_server_side(route, what); }, message);
  } else if (!over.down.empty()) {
    auto message = over.down.front();
    if (!twice)
      over.down.pop_front();
    auto& who = *clients_[static_cast<std::size_t>(over.client)];
    if (!lost || std::holds_alternative<ended>(message))
      std::visit([&](const auto& what) { to_client_side(who, what); }, message);
    who.check_copy();
  }
}

template <class Data>
void network<Data>::to_server_side(int route, const libsync::join_request& request) {
  links_.join(route, request.known.has_value());
  call_server([&] { server_.join(route, request, ++time_, *this); });
}

template <class Data>
void network<Data>::to_server_side(int route, const libsync::parcel_ptr<Data>& parcel) {
  const bool is_taken = at(route).member && parcel->epoch == server_.epoch();
  call_server([&] { server_.submit(route, *parcel, ++time_, *this); },
              [&] {
                if (is_taken && !decide_all(model_, failures_, at(route).client, *parcel))
                  tear();
              });
  if (chance(options_.deaths)) {
    die();
    server_.resume(*this);
    effects_.check_life();
  }
}

template <class Data>
void network<Data>::to_server_side(int route, libsync::version reached) {
  call_server([&] { server_.acknowledge(route, reached, *this); });
}

template <class Data>
void network<Data>::to_server_side(int route, leave_message) {
  forget(route);
}

template <class Data>
template <class Message>
void network<Data>::to_client_side(client& who, const std::shared_ptr<Message>& what) {
  to_client_side(who, *what);
}

template <class Data>
void network<Data>::to_client_side(client& who, const libsync::batch_ptr<Data>& what) {
  who.replica.receive(what, who);
}

template <class Data>
template <class Message>
void network<Data>::to_client_side(client& who, const Message& what) {
  who.replica.receive(what, who);
}

template <class Data>
void network<Data>::to_client_side(client& who, const ended&) {
  links_.find_next_server(who.index);
  if (!who.replica.closed())
    who.replica.reconnect(who);
}

} // namespace simulation
