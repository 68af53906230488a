#pragma once

/// How the submissions of a parcel are decided.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "libsync/answers.hpp"
#include "libsync/change.hpp"
#include "libsync/counters.hpp"
#include "libsync/ids.hpp"
#include "libsync/ledger.hpp"
#include "libsync/limits.hpp"
#include "libsync/outcome.hpp"
#include "libsync/parcel.hpp"
#include "libsync/receipt.hpp"

namespace libsync {

/// Decides parts of one parcel, in order, and adds what was not simply accepted to `told`. Once an
/// operation leaves the data unknown, what follows it stays undecided. `make_room(count)` is called
/// before so many operations are decided.
template <class Data, class Out, class MakeRoom>
class decider {
public:
  using operation = typename Data::operation;

  decider(ledger<Data>& with, const limits& bounds, sequencer_counters& counters, client_id by,
          timestamp now, answers& told, Out& out, MakeRoom make_room)
      : ledger_(with), limits_(bounds), counters_(counters), by_(by), now_(now), told_(told),
        out_(out), make_room_(std::move(make_room)) {}

  void operator()(const parcel_part<Data>& next) {
    if (ledger_.is_torn())
      leave_undecided(next);
    else if (next.how == nullptr)
      decide_plain(next);
    else if (auto verdict = decide_special(next))
      told_.exceptions.push_back({next.first, std::move(*verdict)});
  }

private:
  // Single operations without a condition, as many at a time as can be accepted in one go.
  void decide_plain(parcel_part<Data> left) {
    make_room_(std::min(left.count, limits_.batch));
    const bool one_by_one = ledger<Data>::has_effects || out_.observes() || ledger_.is_checked();
    std::size_t most = one_by_one ? 1 : limits_.batch;
    while (left.count != 0) {
      make_room_(1);
      const auto room = limits_.batch - ledger_.accepted().pending();
      const auto due = left.operations.first(std::min({left.count, most, room}));
      outcome why;
      const auto applied =
          has_room_for_effects(why) ? ledger_.apply(by_, left.first, due, now_, why) : 0;
      counters_.accepted += applied;
      if (ledger_.has_violations())
        tell_of_violations(applied);
      if (applied != 0)
        tell(left.first, due);
      skip(left, applied);
      if (!why) {
        told_.exceptions.push_back({left.first, answer(left.first, left.operations.first(1), why)});
        skip(left, 1);
        if (ledger_.is_torn())
          return leave_undecided(left);
      }
      // Few at a time while many are refused, so that few are copied in vain.
      if (journal<Data>::copies_ahead && !one_by_one)
        most = why ? std::min(limits_.batch, 2 * most) : 8 + 2 * applied;
    }
  }

  static void skip(parcel_part<Data>& part, std::size_t count) {
    part.first += count;
    part.count -= count;
    part.operations = part.operations.subspan(count);
  }

  // Returns the receipt, or nothing where it was simply accepted as the next version.
  std::optional<receipt> decide_special(const parcel_part<Data>& next) {
    const auto& since = next.how->unchanged_since;
    if (since && ledger_.accepted().latest_not_by(by_) > *since) {
      auto conflict = conflict_since(*since);
      refuse(next.first, next.operations, conflict.reason);
      return conflict;
    }
    if (next.operations.empty())
      return receipt::accepted(ledger_.accepted().at());
    const auto why = apply(next);
    if (ledger_.has_violations())
      tell_of_violations(why ? 1 : 0);
    if (!why)
      return answer(next.first, next.operations, why);
    ++counters_.accepted;
    tell(next.first, next.operations);
    return std::nullopt;
  }

  outcome apply(const parcel_part<Data>& next) {
    make_room_(next.operations.size());
    outcome why;
    if (!has_room_for_effects(why))
      return why;
    if (next.operations.size() > 1)
      return ledger_.apply_wholly(by_, next.first, next.operations, now_);
    ledger_.apply(by_, next.first, next.operations, now_, why);
    return why;
  }

  bool has_room_for_effects(outcome& why) {
    const auto& waiting = ledger_.waiting_effects();
    if (!waiting.full())
      return true;
    ++counters_.full_effects;
    why = refused(std::to_string(waiting.size()) +
                  " effects are not reported done, and that is the limit");
    return false;
  }

  receipt conflict_since(version since) {
    ++counters_.conflicts;
    const version at = ledger_.accepted().at();
    return {receipt::kind::refused, at,
            "the data have changed since version " + std::to_string(since) +
                ": they are at version " + std::to_string(at)};
  }

  // Where somebody observes, it is told of one submission at a time.
  void tell(submission_number number, std::span<const operation> operations) {
    if (out_.observes())
      out_.changed(
          change<Data>{ledger_.accepted().at(), by_, number, now_, operations, ledger_.data()});
  }

  // By the version that the submission has made, or would have made.
  void tell_of_violations(std::size_t made) {
    for (const auto& one : ledger_.take_violations()) {
      ++counters_.violations;
      if constexpr (requires { out_.violated(version{}, *one.what, one.why); })
        out_.violated(ledger_.accepted().at() + 1 - made, *one.what, one.why);
    }
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
    out_.refused(by_, number, operations, why);
  }

  void leave_undecided(const parcel_part<Data>& left) {
    append(told_, left.first, left.count,
           receipt::unknown("not decided: what was submitted before it threw, and began a new "
                            "epoch"_reason));
  }

  ledger<Data>& ledger_;
  const limits& limits_;
  sequencer_counters& counters_;
  client_id by_;
  timestamp now_;
  answers& told_;
  Out& out_;
  MakeRoom make_room_;
};

} // namespace libsync
