#pragma once

/// What a simulation expects an optimistic client to show.

#include <algorithm>
#include <cstddef>
#include <exception>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/context.hpp"
#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/pending.hpp"
#include "libsync/reducer.hpp"
#include "libsync/submission.hpp"

#include "libsync/testing/detail/expected_data.hpp"
#include "libsync/testing/detail/expected_receipts.hpp"
#include "libsync/testing/detail/replayed_data.hpp"
#include "libsync/testing/digest.hpp"

namespace libsync::testing::detail {

/// The confirmed data, made from the log, and each submission without a receipt that the log does
/// not have, applied to a copy of them, one by one, as naively as can be.
template <class Data>
class expected_shown {
public:
  using operation = typename Data::operation;

  explicit expected_shown(identity_ptr<Data> who) : identity_(std::move(who)) {}

  /// The versions of the server are others now.
  void forget_confirmed() noexcept { confirmed_.forget(); }

  /// A submission gets this number, unless the client does not take it.
  void submit(submission_number number, const submission<Data>& one) {
    const auto* all = std::get_if<transaction<Data>>(&one.what);
    submitted_.insert_or_assign(
        number, submitted{all != nullptr ? all->operations()
                                         : std::vector<operation>{std::get<operation>(one.what)},
                          one.unchanged_since});
  }

  /// Returns what is wrong with what client number `index` shows, which has data.
  template <class Replica>
  std::string check(const Replica& client, std::size_t index, const expected_data<Data>& data,
                    const expected_receipts<Data>& receipts) {
    submitted_.erase(submitted_.begin(),
                     submitted_.lower_bound(client.next() - client.undecided()));
    submitted_.erase(submitted_.lower_bound(client.next()), submitted_.end());
    Data shown = confirmed_.at(data, client.version());
    const auto told = client.pending();
    if (told.size() != submitted_.size())
      return "lists " + std::to_string(told.size()) + " submissions without a receipt, of " +
             std::to_string(submitted_.size());
    auto listed = told.begin();
    context<Data> how{*client.id(), 0, client.version() + 1, true, identity_};
    if (client.version() > client.since())
      how.time = data.context_of(client.version()).time;
    const auto decided = last_confirmed(client.version(), index, receipts);
    for (const auto& [number, one] : submitted_) {
      auto expected = standing::confirmed;
      if (number > decided) {
        const bool is_shown = show(shown, number, one, client, data, *listed, how);
        expected = is_shown ? standing::pending : standing::skipped;
        how.version += is_shown && !one.operations.empty() ? 1 : 0;
      } else if (one.operations.empty()) // which nothing tells before its receipt
        expected = listed->standing;
      else if (!is_confirmed(number, client.version(), index, receipts))
        expected = standing::refused;
      if (listed->number != number || listed->standing != expected)
        return in_words("says that submission ", listed->number, " is ", listed->standing,
                        "; expected was: submission ", number, " is ", expected);
      ++listed;
    }
    return digest_of(client.shown()) == digest_of(shown)
               ? std::string{}
               : "shows something else than the pending submissions make of version " +
                     std::to_string(client.version());
  }

private:
  struct submitted {
    std::vector<operation> operations;
    std::optional<version> since;
  };

  template <class... Parts>
  static std::string in_words(const Parts&... parts) {
    std::ostringstream text;
    (text << ... << parts);
    return std::move(text).str();
  }

  static bool is_confirmed(submission_number number, version latest, std::size_t index,
                           const expected_receipts<Data>& receipts) {
    const auto* found = receipts.find(index, number);
    return found != nullptr && found->told.is_accepted() && found->told.version <= latest;
  }

  // The last one that the confirmed data have; those before it are decided too. An empty
  // transaction is accepted without a trace.
  submission_number last_confirmed(version latest, std::size_t index,
                                   const expected_receipts<Data>& receipts) const {
    submission_number last = 0;
    for (const auto& [number, one] : submitted_)
      if (!one.operations.empty() && is_confirmed(number, latest, index, receipts))
        last = number;
    return last;
  }

  // Applies all of it or nothing, and returns whether it could.
  template <class Replica>
  bool show(Data& shown, submission_number number, const submitted& one, const Replica& client,
            const expected_data<Data>& data, const pending_submission& told,
            const context<Data>& how) {
    if (one.since) {
      const version snapshot = client.since();
      const auto foreign = data.latest_not_by(*client.id(), client.version());
      if (std::max(snapshot, foreign) > *one.since)
        return false;
    }
    // It may have thrown on data in between, which nobody was told of.
    if (told.standing == standing::skipped &&
        told.reason.text().find("threw: ") != std::string_view::npos && !throws_cleanly<Data>)
      hopeless_.insert(number);
    if (hopeless_.contains(number))
      return false;
    Data next = shown;
    for (const operation& op : one.operations) {
      try {
        if constexpr (invertible<Data>)
          if constexpr (!takes_context<Data>)
            static_cast<void>(libsync::detail::call_inverse(next, op, how));
      } catch (...) {
        return false;
      }
      if (const auto why = reducer<Data>::step(next, op, how); !why) {
        if (why.leaves_data_unknown())
          hopeless_.insert(number);
        return false;
      }
    }
    shown = std::move(next);
    return true;
  }

  const identity_ptr<Data> identity_;
  std::map<submission_number, submitted> submitted_;
  std::set<submission_number> hopeless_; // those that tear data are not tried again
  replayed_data<Data> confirmed_;
};

} // namespace libsync::testing::detail
