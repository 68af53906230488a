#pragma once

/// What whoever submits to a session is told at once.

#include <utility>

#include "libsync/actors/detail/waiting.hpp"
#include "libsync/actors/patience.hpp"
#include "libsync/actors/posted.hpp"
#include "libsync/actors/receipt_future.hpp"

#include "libsync/reason.hpp"
#include "libsync/receipt.hpp"

namespace libsync::detail {

inline posted pay(receipt_promise& wanted, receipt what, posted answer) {
  if (wanted)
    std::exchange(wanted, {}).decide(std::move(what));
  return answer;
}

inline receipt overloaded(patience full) noexcept {
  auto answer = receipt::overloaded();
  if (full.waits())
    answer.reason =
        no_waiting::here() != nullptr
            ? "the outbox is full, and this thread, which runs an actor or a "
              "callback, must not wait for room: submit later, or in another thread"_reason
            : "the outbox is full, and the deadline passed"_reason;
  return answer;
}

} // namespace libsync::detail
