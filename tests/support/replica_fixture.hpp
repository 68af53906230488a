#pragma once

/// A replica, what it is sent, and what it says.

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "libsync/protocol/membership.hpp"
#include "libsync/replica.hpp"
#include "support/record.hpp"
#include "support/tape.hpp"
#include "support/welcome.hpp"

struct replica_fixture {
  using operation = tape::data::operation;
  static constexpr libsync::epoch_id epoch{7};
  static constexpr libsync::client_id me{3};
  static constexpr libsync::client_id somebody{9};

  libsync::replica<tape::data> client;
  client_record<tape::data> out;

  explicit replica_fixture(const libsync::limits& chosen = {}, bool observing = false)
      : client(chosen) {
    out.observing = observing;
  }

  /// Joins with a snapshot of that version.
  void join(libsync::version version = 0, std::vector<std::int64_t> values = {},
            libsync::client_id as = me, libsync::epoch_id in = epoch) {
    if (out.joins.empty())
      client.connect(out);
    client.receive(welcome(version, std::move(values), as, in), out);
  }

  libsync::welcome<tape::data> welcome(libsync::version version,
                                       std::vector<std::int64_t> values = {},
                                       libsync::client_id as = me, libsync::epoch_id in = epoch) {
    auto made = welcome_to<tape::data>(
        out, as, in, std::make_shared<const tape::data>(tape::data{std::move(values)}), version);
    made.last_reply.to = as;
    made.last_reply.epoch = in;
    return made;
  }

  static libsync::batch<tape::data> batch(libsync::version first,
                                          const std::vector<operation>& operations,
                                          libsync::client_id by = somebody,
                                          libsync::submission_number number = 1) {
    libsync::batch<tape::data> made{epoch, first, first + operations.size() - 1, operations, {}};
    made.runs = {{by, number, static_cast<std::uint32_t>(operations.size()), false, 0}};
    return made;
  }

  void receive(libsync::batch<tape::data> what) { client.receive(enclosed(std::move(what)), out); }
  static libsync::batch_ptr<tape::data> enclosed(libsync::batch<tape::data> what) {
    return std::make_shared<const libsync::batch<tape::data>>(std::move(what));
  }
  const std::vector<std::int64_t>& values() const { return client.confirmed().values; }
};
