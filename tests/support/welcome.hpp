#pragma once

/// The answer to a request to join.

#include <cstdint>
#include <memory>
#include <utility>

#include "libsync/ids.hpp"
#include "libsync/protocol/membership.hpp"
#include "support/record.hpp"

/// Answers the latest request that is recorded. The client may lag by a few operations.
template <class Data>
libsync::welcome<Data> welcome_to(const client_record<Data>& out, libsync::client_id you,
                                  libsync::epoch_id epoch, std::shared_ptr<const Data> snapshot,
                                  libsync::version version = 0) {
  libsync::welcome<Data> made;
  made.you = you;
  made.epoch = epoch;
  made.version = version;
  made.attempt = out.joins.back().attempt;
  made.lag = 8;
  made.lag_bytes = 1'000'000;
  made.snapshot = std::move(snapshot);
  return made;
}
