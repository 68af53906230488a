#pragma once

/// Decides the submissions of a parcel.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "libsync/change.hpp"
#include "libsync/context.hpp"
#include "libsync/counters.hpp"
#include "libsync/detail/refusals.hpp"
#include "libsync/detail/server/judge.hpp"
#include "libsync/detail/server/ledger.hpp"
#include "libsync/detail/server/reply_in_progress.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/receipt.hpp"
#include "libsync/size_of.hpp"

namespace libsync::detail {

/// Decides parts of one parcel, in order, and adds what was not simply accepted to `told`. Once an
/// operation leaves the data unknown, what follows it stays undecided. `make_room(operations)` is
/// called before these are decided. The version of `how` is found here.
template <class Data, class Out, class MakeRoom>
class decider {
public:
  using operation = typename Data::operation;

  decider(ledger<Data>& with, const judge<Data>& by, const limits& bounds,
          sequencer_counters& counters, context<Data> how, reply_in_progress& told, Out& out,
          MakeRoom make_room)
      : ledger_(with), judge_(by), limits_(bounds), counters_(counters), how_(std::move(how)),
        told_(told), out_(out), make_room_(std::move(make_room)) {}

  /// Decides what of a parcel begins with `first`. What is beyond the limit is refused.
  void decide(const parcel<Data>& submitted, submission_number first) {
    const auto end = submitted.first + leading(submitted, limits_.of_parcel());
    for_each_group(submitted, first, end,
                   [this](const parcel_group<Data>& next) { (*this)(next); });
    if (const auto beyond = std::max(first, end); beyond != submitted.end())
      told_.add(beyond, beyond_parcel(), submitted.end() - beyond);
  }

  void operator()(const parcel_group<Data>& next) {
    if (ledger_.is_torn())
      leave_undecided(next);
    else if (next.how == nullptr)
      decide_singles(next);
    else if (auto verdict = decide_shaped(next))
      told_.add(next.first, std::move(*verdict));
  }

private:
  // Single operations without a condition, as many at a time as can be accepted in one go.
  void decide_singles(parcel_group<Data> left) {
    const bool one_by_one =
        ledger<Data>::has_effects || out_.observes() || ledger_.is_checked() || judge_.authorizes();
    std::size_t most = one_by_one ? 1 : limits_.batch;
    make_room_(left.operations.first(leading(left.operations, limits_.of_batch(), largest())));
    while (left.count != 0) {
      const auto one = left.operations.first(1);
      make_room_(one);
      outcome why;
      std::span<const operation> due;
      std::size_t applied = 0;
      if (operation_size(one.front()) > largest()) {
        why = refused(*too_large(amount_of(one), limits_.of_submission()));
      } else if (may_submit(one, why) && has_room_for_effects(why)) {
        auto room = ledger_.accepted().pending().left_of(limits_.of_batch());
        room.operations = std::min<std::uint64_t>(room.operations, most);
        const auto fit = leading(left.operations, room, largest());
        due = left.operations.first(std::max<std::size_t>(1, fit));
        applied = ledger_.apply(how_, left.first, due, why);
      }
      counters_.accepted += applied;
      tell_of_violations(applied);
      if (applied != 0)
        tell(left.first, due);
      skip(left, applied);
      if (!why) {
        told_.add(left.first, answer(left.first, one, why));
        skip(left, 1);
        if (ledger_.is_torn())
          return leave_undecided(left);
      }
      // Few at a time while many are refused, so that few are copied in vain.
      if (accepted_log<Data>::copies_ahead && !one_by_one)
        most = why ? std::min(limits_.batch, 2 * most) : 8 + 2 * applied;
    }
  }

  static void skip(parcel_group<Data>& part, std::size_t count) {
    part.first += count;
    part.count -= count;
    part.operations = part.operations.subspan(count);
  }

  // What the server submits itself has no limit.
  [[nodiscard]] std::uint64_t largest() const noexcept {
    return how_.by == client_id::server ? most_bytes : limits_.submission_bytes;
  }

  // Returns the receipt, or nothing where it was simply accepted as the next version.
  std::optional<receipt> decide_shaped(const parcel_group<Data>& next) {
    if (auto why = too_large(amount_of(next.operations), limits_.of_submission())) {
      refuse(next.first, next.operations, *why);
      return receipt::refused(*std::move(why));
    }
    if (outcome why; !may_submit(next.operations, why))
      return answer(next.first, next.operations, why);
    const auto& since = next.how->unchanged_since;
    if (since && ledger_.accepted().latest_not_by(how_.by) > *since) {
      ++counters_.conflicts;
      auto conflict = changed_since(*since, ledger_.accepted().version());
      refuse(next.first, next.operations, conflict.reason);
      return conflict;
    }
    if (next.operations.empty())
      return receipt::accepted(ledger_.accepted().version());
    const auto why = apply(next);
    tell_of_violations(why ? 1 : 0);
    if (!why)
      return answer(next.first, next.operations, why);
    ++counters_.accepted;
    tell(next.first, next.operations);
    return std::nullopt;
  }

  outcome apply(const parcel_group<Data>& next) {
    make_room_(next.operations);
    outcome why;
    if (!has_room_for_effects(why))
      return why;
    if (next.operations.size() > 1)
      return ledger_.apply_wholly(how_, next.first, next.operations);
    ledger_.apply(how_, next.first, next.operations, why);
    return why;
  }

  bool may_submit(std::span<const operation> operations, outcome& why) {
    if (!judge_.authorizes())
      return true;
    how_.version = ledger_.accepted().version() + 1;
    why = judge_.authorize(how_, operations, ledger_.data());
    counters_.not_authorized += why ? 0 : 1;
    return why.accepted();
  }

  bool has_room_for_effects(outcome& why) {
    const auto& waiting = ledger_.waiting_effects();
    if (!waiting.full())
      return true;
    ++counters_.full_effects;
    why = too_many_effects(waiting.size());
    return false;
  }

  // Where somebody observes, it is told of one submission at a time.
  void tell(submission_number number, std::span<const operation> operations) {
    if (out_.observes())
      out_.changed(change<Data>{
          {ledger_.accepted().version(), how_.by, number, how_.time, operations, how_.identity},
          ledger_.data()});
  }

  // By the version that the submission has made, or would have made.
  void tell_of_violations(std::size_t made) {
    ledger_.tell_violations([&](const violation<Data>& one) {
      ++counters_.violations;
      if constexpr (requires { out_.violated(version{}, *one.what, one.reason); })
        out_.violated(ledger_.accepted().version() + 1 - made, *one.what, one.reason);
    });
  }

  // Returns the receipt for what was not accepted.
  receipt answer(submission_number number, std::span<const operation> operations,
                 const outcome& why) {
    if (!why.leaves_data_unknown()) {
      refuse(number, operations, why.reason());
      return receipt::refused(why.reason());
    }
    return receipt::unknown(try_to_say(
        [&] { return reason{why.reason() + "; the data may have changed, so a new epoch begins"}; },
        why.reason()));
  }

  void refuse(submission_number number, std::span<const operation> operations, const reason& why) {
    ++counters_.refused;
    out_.refused(how_.by, number, operations, why);
  }

  void leave_undecided(const parcel_group<Data>& left) {
    told_.add(left.first,
              receipt::unknown("not decided: what was submitted before it threw, and began a "
                               "new epoch"_reason),
              left.count);
  }

  ledger<Data>& ledger_;
  const judge<Data>& judge_;
  const limits& limits_;
  sequencer_counters& counters_;
  context<Data> how_;
  reply_in_progress& told_;
  Out& out_;
  MakeRoom make_room_;
};

} // namespace libsync::detail
