#pragma once

/// What a replica tells, and when.

#include <optional>

#include "libsync/replica.hpp"

namespace libsync {

template <class Data, replica_mode Mode>
template <class Out>
bool replica<Data, Mode>::catch_up(const welcome<Data>& from, Out& out) {
  if constexpr (is_optimistic)
    copy_.enter(from.you, member_.identity().template as<Data>());
  return member_.stays([&] {
    if (from.snapshot) {
      copy_.take({from.epoch, from.version, from.snapshot});
      due_.settle(outbox_, from.last_reply);
      return show(out);
    }
    if constexpr (!is_viewer)
      for (const auto& missed : from.missed) {
        const bool follows = missed->epoch == epoch() && missed->first == version() + 1;
        if (!follows)
          resync(out);
        if (!follows || !apply(missed, out))
          return false;
      }
    due_.make_room(detail::due_receipts::most_of(from.last_reply));
    due_.settle(outbox_, from.last_reply);
    return tell(out);
  });
}

// An accepted operation that is refused here means that this copy is not what the server has.
template <class Data, replica_mode Mode>
template <class Out>
bool replica<Data, Mode>::diverge(const operation& op, const outcome& why, Out& out) {
  ++counters_.diverged;
  const auto attempt = member_.attempt();
  due_.while_calling([&] { out.diverged(version() + 1, op, why.reason()); });
  if (member_.is_still(attempt)) // unless it was told to leave or to close
    connect(out);
  return false;
}

// Shows a change, then tells the receipts that are due.
template <class Data, replica_mode Mode>
template <class Event, class Out>
void replica<Data, Mode>::show(const Event& what, Out& out) {
  due_.while_calling([&] { out.changed(what); });
  due_.tell(out);
}

// Shows that the data were replaced.
template <class Data, replica_mode Mode>
template <class Out>
bool replica<Data, Mode>::show(Out& out) {
  if constexpr (is_optimistic) {
    return tell(out);
  } else {
    out.observes() ? show(copy_.replaced(), out) : due_.tell(out);
    return true;
  }
}

// Tells the receipts that are due, after what they change of what is shown.
template <class Data, replica_mode Mode>
template <class Out>
bool replica<Data, Mode>::tell(Out& out) {
  if constexpr (is_optimistic) {
    const auto done = copy_.follow(outbox_.unsettled());
    if (done.refused != nullptr)
      return diverge(*done.refused, done.why, out);
    show_news(out);
  }
  due_.tell(out);
  if constexpr (is_optimistic)
    return !ask_anew(out);
  return true;
}

// Shows what is new of what is shown, unless `out` is being called: it is told after that.
template <class Data, replica_mode Mode>
template <class Out>
void replica<Data, Mode>::show_news(Out& out) {
  while (!due_.is_calling() && !away() && !closed() && has_data() && copy_.take_news())
    if (out.observes()) {
      copy_.present(
          [&](const change<Data>& what) { due_.while_calling([&] { out.changed(what); }); });
      due_.tell(out);
    }
}

// The same between two messages.
template <class Data, replica_mode Mode>
template <class Out>
void replica<Data, Mode>::tell_news(Out& out) {
  if (member_.is_busy())
    return;
  show_news(out);
  ask_anew(out);
}

// Asks for a snapshot where an operation has left nobody knows what. Returns whether it does.
template <class Data, replica_mode Mode>
template <class Out>
bool replica<Data, Mode>::ask_anew(Out& out) {
  const bool is_lost = joined() && !has_data();
  if (is_lost)
    resync(out);
  return is_lost;
}

} // namespace libsync
