#pragma once

/// Lets the model decide what a sequencer has decided.

#include <cstddef>
#include <optional>

#include "libsync/protocol/parcel.hpp"
#include "support/failures.hpp"
#include "support/model.hpp"

namespace simulation {

/// Decides a parcel of `client`, but for what the server had no memory for. Returns false where one
/// submission threw half-way; what follows it stays undecided.
template <class Data>
bool decide_all(model& expected, const failures& known, int client,
                const libsync::parcel<Data>& parcel) {
  const auto decide = [&](const libsync::parcel_group<Data>& part, std::size_t index) {
    const auto number = part.first + index;
    if (known.starved(parcel.by, number))
      return expected.refuse(client, number);
    const auto all = part.how != nullptr ? part.operations : part.operations.subspan(index, 1);
    return expected.decide(client, number, {all.begin(), all.end()},
                           part.how != nullptr ? part.how->unchanged_since : std::nullopt,
                           parcel.by);
  };
  bool whole = true;
  libsync::for_each_group(parcel, parcel.first, [&](const libsync::parcel_group<Data>& part) {
    for (std::size_t i = 0; whole && i < part.count; ++i)
      whole = decide(part, i);
  });
  return whole;
}

} // namespace simulation
