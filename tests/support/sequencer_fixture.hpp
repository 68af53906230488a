#pragma once

/// A sequencer whose members' routes are numbers, and what it sends to them.

#include <cstdint>
#include <vector>

#include "libsync/protocol/membership.hpp"
#include "libsync/sequencer.hpp"
#include "support/record.hpp"
#include "support/tape.hpp"

struct sequencer_fixture {
  using operation = tape::data::operation;
  static constexpr libsync::epoch_id epoch{7};

  libsync::limits limits;
  libsync::sequencer<tape::data, int> server;
  server_record<tape::data> out;

  explicit sequencer_fixture(const libsync::limits& chosen = {})
      : limits(chosen), server(tape::data{}, epoch, chosen) {}

  libsync::client_id join(int route, const libsync::join_request& request = {}) {
    server.join(route, request, 0, out);
    return out.welcomes(route).back()->you;
  }

  void submit(int route, libsync::client_id by, libsync::submission_number first,
              const std::vector<operation>& operations) {
    server.submit(route, {by, epoch, first, operations.size(), operations, {}}, 0, out);
  }

  /// Returns the receipts in all replies to a route, in order.
  std::vector<libsync::receipt> answered(int route) const {
    std::vector<libsync::receipt> all;
    for (const auto& told : out.answers(route))
      told->for_each([&](auto, const libsync::receipt& what) { all.push_back(what); });
    return all;
  }
};
