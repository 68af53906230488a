#pragma once

/// An optimistic replica, what it is sent, and what it says.

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "libsync/optimistic.hpp"
#include "support/record.hpp"
#include "support/stack.hpp"
#include "support/welcome.hpp"

template <class Data>
struct optimistic_fixture {
  using operation = typename Data::operation;
  using numbers = std::vector<std::int64_t>;
  static constexpr libsync::epoch_id epoch{7};
  static constexpr libsync::client_id me{3};
  static constexpr libsync::client_id somebody{9};

  libsync::replica<Data, libsync::optimistic> client;
  client_record<Data> out;

  explicit optimistic_fixture(const libsync::limits& chosen = {}) : client(chosen) {}

  /// Joins with a snapshot of that version, which has `settled` of what was in flight.
  void join(libsync::version version = 0, numbers values = {}, libsync::reply settled = {}) {
    if (out.joins.empty())
      client.connect(out);
    auto made =
        welcome_to<Data>(out, me, epoch, std::make_shared<const Data>(std::move(values)), version);
    made.last_reply = std::move(settled);
    client.receive(made, out);
  }

  libsync::submission_number submit(operation op) { return *client.submit(std::move(op), out); }

  /// Several operations that the server has accepted, each with who submitted it, and its number.
  struct accepted {
    operation op;
    libsync::client_id by = somebody;
    libsync::submission_number number = 1;
  };
  void receive(const std::vector<accepted>& all) {
    libsync::batch<Data> made{epoch, client.version() + 1, client.version(), {}, {}};
    for (const auto& one : all)
      libsync::append<Data>(made, one.by, one.number, {&one.op, 1}, false, 0);
    client.receive(std::make_shared<const libsync::batch<Data>>(std::move(made)), out);
  }
  void receive(libsync::reply what) {
    what.to = me;
    what.epoch = epoch;
    client.receive(what, out);
  }

  [[nodiscard]] const numbers& shown() const { return client.shown().values; }
  [[nodiscard]] numbers confirmed() const { return client.confirmed().data->values; }
  [[nodiscard]] std::vector<libsync::standing> standings() const {
    std::vector<libsync::standing> all;
    for (const auto& one : client.pending())
      all.push_back(one.standing);
    return all;
  }
};
