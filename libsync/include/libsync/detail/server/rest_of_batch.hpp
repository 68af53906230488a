#pragma once

/// The end of a batch.

#include "libsync/detail/shared.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/size_of.hpp"

namespace libsync::detail {

/// Returns what of a batch came after a version that lies in it, as a batch of its own.
template <class Data>
[[nodiscard]] batch_ptr<Data> rest_of_batch(const batch<Data>& all, version after) {
  auto rest = shared<batch<Data>>();
  rest->epoch = all.epoch;
  rest->first = after + 1;
  rest->last = after;
  for_each_accepted(all, [&](const accepted_submission<Data>& next) {
    if (next.version > after) {
      const bool is_transaction = next.operations.size() != 1;
      rest->operations.insert(rest->operations.end(), next.operations.begin(),
                              next.operations.end());
      rest->bytes += amount_of(next.operations).bytes;
      append(*rest, run{next.by, next.number, next.operations.size(), is_transaction, next.time},
             next.identity);
    }
    return true;
  });
  return rest;
}

} // namespace libsync::detail
