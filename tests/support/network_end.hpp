#pragma once

/// How a simulated network ends: everything arrives, everybody joins, and all is compared.

#include <cstddef>
#include <utility>

#include "support/network.hpp"

namespace simulation {

template <class Data>
void network<Data>::drain() {
  for (bool moved = true; std::exchange(moved, false);) {
    for (int route = 0; route < links_.size(); ++route)
      while (!at(route).up.empty() || !at(route).down.empty()) {
        deliver(route, false, false);
        moved = true;
      }
    while (flushes_ > 0) {
      flush();
      moved = true;
    }
  }
}

template <class Data>
void network<Data>::heal() {
  options_.calls_back = 0;
  while (links_.unnoticed() > 0)
    notice_death();
  for (int round = 0; round < 2; ++round) {
    drain();
    for (auto& one : clients_)
      if (!one->dead)
        one->replica.connect(*one);
  }
  drain();
}

template <class Data>
void network<Data>::check_end() {
  if constexpr (has_effects)
    require(effects_.values() == model_.effects(), "effects were lost, or made up");
  require(server_.data().values == model_.now(), "the server's data differ at the end");
  std::size_t alive = 0;
  for (const auto& one : clients_) {
    require(one->last_settled == one->submitted, "client ", one->index, " has ",
            one->submitted - one->last_settled, " submissions without a receipt");
    if (one->dead)
      continue;
    ++alive;
    require(one->replica.joined(), "client ", one->index, " is no member at the end");
    require(one->replica.version() == server_.version(), "client ", one->index,
            " stays at version ", one->replica.version(), " of ", server_.version());
    one->check_copy();
  }
  require(server_.members() == alive, "members: ", server_.members(), ", alive: ", alive);
  require(server_.absent() <= options_.limits.absent, "too many absent clients are kept");
  const auto kept = server_.kept().size().operations;
  require(kept <= options_.limits.log || kept - options_.limits.log <= options_.limits.batch,
          "the log is too long");
}

} // namespace simulation
