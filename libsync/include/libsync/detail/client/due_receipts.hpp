#pragma once

/// The receipts that a client still has to tell.

#include <algorithm>
#include <cstddef>
#include <utility>

#include "libsync/detail/client/outbox.hpp"
#include "libsync/detail/fifo.hpp"
#include "libsync/detail/raised.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/receipt.hpp"

namespace libsync::detail {

/// Consecutive submissions with one receipt. Where it is accepted, the first has the version that
/// it names, and the others follow without gaps.
struct decision {
  submission_number first = 0;
  std::size_t count = 0;
  receipt what;

  [[nodiscard]] submission_number end() const noexcept { return first + count; }
};

/// Decisions that were taken and not told yet, in submission order. A submission is settled, and
/// its decision entered, where nothing may fail any more: so room for it is made before.
class due_receipts {
public:
  /// Throws std::bad_alloc.
  due_receipts() { make_room(0); }

  /// Makes room for `count` decisions, and always for one more, so that a client can close where
  /// memory has run out. Throws std::bad_alloc.
  void make_room(std::size_t count) { all_.make_room(count + 1); }

  /// Most decisions that a reply holds: each verdict, and what was accepted before, between and
  /// after them.
  static std::size_t most_of(const reply& from) noexcept { return 2 * from.verdicts.size() + 1; }

  /// Settles the part of `what` that begins with the first submission without a receipt, if that
  /// is in flight. There must be room for one.
  template <class Data>
  void settle(outbox<Data>& of, decision what) noexcept {
    const auto first = of.unsettled();
    const auto end = std::min(what.end(), of.in_flight_end());
    if (!of.in_flight() || what.first > first || end <= first)
      return;
    if (what.what.is_accepted())
      what.what.version += first - what.first;
    what.first = first;
    what.count = static_cast<std::size_t>(end - first);
    of.settle(what.count);
    all_.push(std::move(what));
  }

  /// Settles what a reply says of submissions in flight. There must be room for `most_of(from)`.
  template <class Data>
  void settle(outbox<Data>& of, const reply& from) noexcept {
    submission_number next = from.first;
    version latest = from.before;
    const auto accepted_before = [&](submission_number end) {
      const auto count = static_cast<std::size_t>(end - next);
      settle(of, {next, count, receipt::accepted(latest + 1)});
      latest += count;
      next = end;
    };
    for (const auto& one : from.verdicts) {
      accepted_before(one.number);
      settle(of, {next, one.count, one.what});
      next += one.count;
    }
    accepted_before(from.end());
  }

  /// Settles all that is in flight as unknown. There must be room for one.
  template <class Data>
  void give_up(outbox<Data>& of, reason why) noexcept {
    const auto count = static_cast<std::size_t>(of.in_flight_end() - of.unsettled());
    settle(of, {of.unsettled(), count, receipt::unknown(std::move(why))});
  }

  /// Settles all that there is as unknown, at the end of a client.
  template <class Data>
  void close(outbox<Data>& of, reason why) noexcept {
    if (of.size() != 0)
      all_.push({of.unsettled(), of.size(), receipt::unknown(std::move(why))});
    of.clear();
  }

  /// Calls `call()`, which calls `out`; what falls due meanwhile waits.
  template <class Call>
  void while_calling(Call call) {
    const raised until{is_calling_};
    call();
  }

  [[nodiscard]] bool is_calling() const noexcept { return is_calling_; }

  /// Tells what is due, unless `out` is being called.
  template <class Out>
  void tell(Out& out) {
    if (!is_calling_ && !all_.empty())
      tell_all(out);
  }

  /// Tells what is due.
  template <class Out>
  void tell_all(Out& out) {
    const raised until{is_calling_};
    while (!all_.empty()) {
      const auto next = pop();
      if (next.what.is_accepted())
        out.accepted(next.first, next.count, next.what.version);
      else
        out.settled(next.first, next.what);
    }
  }

private:
  // A whole run where it is accepted, else one submission.
  decision pop() noexcept {
    auto& next = all_.front();
    if (next.what.is_accepted() || next.count == 1)
      return all_.pop();
    --next.count;
    return {next.first++, 1, next.what};
  }

  fifo<decision> all_;
  bool is_calling_ = false;
};

} // namespace libsync::detail
