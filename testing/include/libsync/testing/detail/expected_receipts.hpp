#pragma once

/// What a simulation expects of every receipt.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsync/context.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/receipt.hpp"
#include "libsync/size_of.hpp"

#include "libsync/testing/detail/broken.hpp"
#include "libsync/testing/detail/expected_data.hpp"

namespace libsync::testing::detail {

/// What the server told of in one call, and what it knew then that nobody else can.
struct call_record {
  struct refusal {
    libsync::reason why;
    /// How many effects were done by then.
    std::size_t effects_done = 0;
  };
  std::map<std::pair<client_id, submission_number>, refusal> refused;
  /// The call came to its end, so all refusals were told.
  bool is_whole = true;
  /// An epoch has begun in place.
  bool has_torn = false;
  /// Memory may have run out.
  bool may_starve = false;
};

/// Decides each submission once, as the server must have: all of its operations or none, by the
/// user's reducer and the limits.
template <class Data>
class expected_receipts {
public:
  using operation = typename Data::operation;

  struct verdict {
    receipt told;
    /// The reasons of its parcel are more than the server tells.
    bool may_lack_reason = false;
  };

  using authorize_function =
      std::function<outcome(const context<Data>&, const operation&, const Data&)>;

  expected_receipts(expected_data<Data>& data, const limits& bounds, authorize_function authorize)
      : data_(data), bounds_(bounds), authorize_(std::move(authorize)) {}

  [[nodiscard]] const verdict* find(std::size_t client, submission_number number) const {
    const auto found = verdicts_.find({client, number});
    return found == verdicts_.end() ? nullptr : &found->second;
  }

  /// The client was told that nobody knows. Then it must not be decided later.
  void give_up(std::size_t client, submission_number number) {
    if (find(client, number) == nullptr)
      given_up_.insert_or_assign({client, number}, true);
  }

  /// Decides what the server has decided in a call, at time `now`. Returns false if one submission
  /// threw half-way. What follows it stays undecided.
  bool decide(std::size_t client, const identity_ptr<Data>& who, const parcel<Data>& what,
              timestamp now, const call_record& call) {
    amount taken;
    bool is_beyond = false;
    bool is_whole = true;
    std::size_t reasons = 0;
    for_each_group(what, what.first, [&](const parcel_group<Data>& part) {
      for (std::size_t i = 0; i < part.count; ++i) {
        const auto number = part.first + i;
        const auto all = part.how != nullptr ? part.operations : part.operations.subspan(i, 1);
        const auto size = amount_of(all);
        is_beyond =
            is_beyond || (number != what.first && !(taken + size).within(bounds_.of_parcel()));
        taken = taken + size;
        if ((!is_whole && !is_beyond) || find(client, number) != nullptr)
          continue;
        std::optional<receipt> made;
        if (is_beyond)
          made = {receipt::kind::overloaded, 0,
                  "its parcel is larger than the server's limit `parcel` or `parcel_bytes`"};
        else
          made = decide_one({what.by, now, 0, false, who}, number, all,
                            part.how != nullptr ? part.how->unchanged_since : std::nullopt, call);
        is_whole = is_whole && made;
        if (!made)
          continue;
        require(!given_up_.contains({client, number}), "submission ", number, " of client ", client,
                " was decided after its receipt was `unknown`");
        reasons += made->reason.text().size();
        verdicts_.insert_or_assign(std::pair{client, number},
                                   verdict{*std::move(made), reasons > bounds_.reasons});
      }
    });
    return is_whole;
  }

  /// The same for one operation of the server's own.
  bool decide_own(submission_number number, const operation& op, timestamp now,
                  const call_record& call) {
    return decide_one({client_id::server, now}, number, {&op, 1}, std::nullopt, call).has_value();
  }

  /// What was decided after version `last` never happened.
  void begin_epoch(version last) {
    std::erase_if(verdicts_, [last](const auto& one) { return one.second.told.version > last; });
  }

private:
  // Each operation of a transaction is judged by the data before all of them.
  outcome authorize(context<Data> how, std::span<const operation> all) const {
    how.version = data_.last() + 1;
    for (std::size_t i = 0; authorize_ && how.by != client_id::server && i != all.size(); ++i)
      if (const auto why = authorize(how, all[i]); !why)
        return refused((all.size() == 1 ? std::string{}
                                        : "operation " + std::to_string(i + 1) + " of " +
                                              std::to_string(all.size()) + ": ") +
                       "not authorized: " + std::string{why.reason()});
    return libsync::accepted();
  }

  outcome authorize(const context<Data>& how, const operation& one) const {
    try {
      return authorize_(how, one, data_.data());
    } catch (...) {
      return refused(libsync::detail::what_was_thrown());
    }
  }

  // Returns nothing where it threw half-way.
  std::optional<receipt> decide_one(const context<Data>& how, submission_number number,
                                    std::span<const operation> all, std::optional<version> since,
                                    const call_record& call) {
    const auto by = how.by;
    const auto found = call.refused.find({by, number});
    const auto* const told = found == call.refused.end() ? nullptr : &found->second;
    const auto refuse = [&](receipt what) {
      require(told != nullptr || !call.is_whole, "the server's refusal of submission ", number,
              " (", what.reason, ") was told to nobody");
      // Without memory a reason says less.
      if (call.may_starve && told != nullptr && what.reason.text().ends_with(told->why.text()))
        what.reason = told->why;
      require(told == nullptr || told->why == what.reason, "submission ", number, " was refused (",
              told != nullptr ? told->why : reason{}, "), but expected was: ", what.reason);
      return what;
    };
    const auto says = [&](std::string_view begin, std::string_view end) {
      return told != nullptr && told->why.text().starts_with(begin) &&
             told->why.text().ends_with(end);
    };
    if (says("", "threw: out of memory") && call.may_starve)
      return receipt::refused(told->why);
    if (by != client_id::server && !amount_of(all).within(bounds_.of_submission())) {
      require(says("a submission of ", "`submission`") || says("a submission of ", "_bytes`") ||
                  !call.is_whole,
              "submission ", number, " is larger than a limit, but was not refused for that");
      return receipt::refused(told != nullptr ? told->why : reason{});
    }
    if (auto why = authorize(how, all); !why)
      return refuse(receipt::refused(why.reason()));
    if (since && !data_.is_unchanged_since(*since, by))
      return refuse({receipt::kind::refused, data_.last(),
                     "the data have changed since version " + std::to_string(*since) +
                         ": they are at version " + std::to_string(data_.last())});
    if (says("", "effects are not done, and that is the limit")) {
      require(!all.empty() && data_.count_effects() - told->effects_done >= bounds_.effects,
              "submission ", number, " was refused for effects, of which there were few");
      return receipt::refused(told->why);
    }
    const auto done = data_.apply(how, all);
    if (done) {
      require(told == nullptr, "submission ", number, " was refused (",
              told != nullptr ? told->why : reason{}, "), but the reducer accepts it");
      return receipt::accepted(data_.last());
    }
    // In place half of a transaction may stay, where the reducer breaks its promises.
    const bool may_tear = invertible<Data> && all.size() > 1 && call.has_torn;
    if (done.leaves_data_unknown() || (may_tear && told == nullptr))
      return std::nullopt;
    return refuse(receipt::refused(done.reason()));
  }

  expected_data<Data>& data_;
  const limits& bounds_;
  const authorize_function authorize_;
  std::map<std::pair<std::size_t, submission_number>, verdict> verdicts_;
  std::map<std::pair<std::size_t, submission_number>, bool> given_up_;
};

} // namespace libsync::testing::detail
