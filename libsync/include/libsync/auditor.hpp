#pragma once

/// The decisions of an audit as a value.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "libsync/audit.hpp"
#include "libsync/detail/audit/answers.hpp"
#include "libsync/detail/audit/first_differences.hpp"
#include "libsync/detail/server/insides.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/digest.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/audit.hpp"
#include "libsync/reason.hpp"
#include "libsync/replica.hpp"
#include "libsync/sequencer.hpp"
#include "libsync/shared_view.hpp"

namespace libsync {

/// Asks the members of a server for digests of their copies at one version, and gathers the
/// answers. One audit at a time.
///
/// A member that has left, was suspended, shows the server's snapshots, or is just joining again,
/// is not compared, and the report says why. An audit ends as soon as each member that was asked
/// has answered, has left, or was suspended.
///
/// Deterministic; one thread at a time, that of the sequencer.
template <class Data, class Route>
class auditor {
public:
  using order = sequencer<Data, Route>;
  using answers = detail::audit_answers<Data>;

  [[nodiscard]] bool is_under_way() const noexcept { return told_.has_value(); }

  /// Begins an audit at the present version: flushes, makes the digest of the server's data, and
  /// asks each member, by `out.send(route, digest_wanted_ptr<Data>)`. Returns why not, or nothing:
  /// an audit may be under way, or `make` may have thrown.
  template <class Out>
  [[nodiscard]] reason begin(order& of, const digest_function<Data>& make, Out& out) {
    if (is_under_way())
      return "an audit is under way, and waits for " + std::to_string(waiting(of)) +
             " of its members";
    of.flush(out);
    answers next{of.epoch(), of.version(), 0, {}};
    try {
      next.digest = make(of.data());
    } catch (...) {
      return detail::try_to_say(
          [] { return reason{"the digest of the server's data: " + detail::what_was_thrown()}; },
          "the digest of the server's data cannot be made"_reason);
    }
    if ((next.checkpoint = detail::insides::ledger(of).read_checkpoint()))
      next.log = of.kept().all();
    const digest_wanted_ptr<Data> question = detail::shared<const digest_wanted<Data>>(
        digest_wanted<Data>{++number_, next.epoch, next.version, make});
    asked_.clear();
    for (const auto& one : detail::insides::delivery(of).members()) {
      next.all.push_back({.client = one.id(), .why_none = why_not_asked(one)});
      if (next.all.back().why_none.empty())
        asked_.push_back({one.route, next.all.size() - 1});
    }
    std::sort(asked_.begin(), asked_.end(),
              [](const asked& one, const asked& other) { return one.by < other.by; });
    first_open_ = 0;
    told_ = std::move(next);
    for (const auto& one : asked_)
      out.send(one.by, question);
    return {};
  }

  /// A member tells its digest; it may have left meanwhile. Answers to an earlier audit, and of
  /// whoever was not asked, are ignored.
  void receive(const Route& from, const digest_told& what) {
    if (!is_under_way() || what.audit != number_)
      return;
    const auto found =
        std::lower_bound(asked_.begin(), asked_.end(), from,
                         [](const asked& one, const Route& by) { return one.by < by; });
    if (found == asked_.end() || found->by != from)
      return;
    auto& answer = told_->all[found->place];
    answer.digest = what.digest;
    answer.since = what.since;
    answer.why_none = what.why_none;
    found->is_done = true;
  }

  /// Returns all answers if an audit is under way and nobody is left that could answer; call it
  /// after each call of the sequencer, and after `receive`.
  [[nodiscard]] std::optional<answers> take(order& of) {
    if (!is_under_way())
      return std::nullopt;
    while (first_open_ < asked_.size() && is_settled(of, asked_[first_open_]))
      ++first_open_;
    if (first_open_ < asked_.size())
      return std::nullopt;
    auto done = std::exchange(told_, std::nullopt);
    if (std::none_of(done->all.begin(), done->all.end(), [&](const detail::audit_answer& one) {
          return one.digest && *one.digest != done->digest;
        })) {
      done->checkpoint.reset(); // or the server would copy it when it next leads it on
      done->log.clear();
    }
    return done;
  }

  /// Ends the audit that is under way, if there is one.
  void abandon() noexcept { told_.reset(); }

private:
  struct asked {
    Route by;
    std::size_t place; // among the answers
    bool is_done = false;
  };

  [[nodiscard]] static reason why_not_asked(const detail::member<Route>& one) noexcept {
    if (one.is_relayed)
      return "it is behind a relay, which can be audited itself"_reason;
    if (one.is_viewer)
      return "it shows the server's own snapshots"_reason;
    if (one.suspended)
      return "it is suspended until it joins again"_reason;
    return {};
  }

  // Whether somebody has answered, or will not.
  bool is_settled(order& of, asked& one) {
    if (one.is_done)
      return true;
    auto& answer = told_->all[one.place];
    const auto* member = detail::insides::delivery(of).members().find(one.by);
    if (member == nullptr || member->id() != answer.client)
      answer.why_none = "it left before it answered"_reason;
    else if (member->suspended)
      answer.why_none = "it was suspended before it answered"_reason;
    return one.is_done = !answer.why_none.empty();
  }

  [[nodiscard]] std::size_t waiting(order& of) {
    std::size_t count = 0;
    for (auto next = first_open_; next < asked_.size(); ++next)
      count += is_settled(of, asked_[next]) ? 0 : 1;
    return count;
  }

  std::uint64_t number_ = 0;
  std::optional<answers> told_;
  std::vector<asked> asked_; // by ascending route
  std::size_t first_open_ = 0;
};

/// Returns a client's answer to an audit. Only confirmed data are compared. Throws nothing.
template <class Data, replica_mode Mode>
[[nodiscard]] digest_told answer_audit(const replica<Data, Mode>& by,
                                       const digest_wanted<Data>& what) noexcept {
  digest_told answer{what.audit};
  if (!by.joined() || by.epoch() != what.epoch || by.version() != what.version) {
    answer.why_none = "it has left or joins again, and has no copy of that version"_reason;
    return answer;
  }
  answer.since = by.since();
  try {
    if constexpr (std::is_same_v<Mode, optimistic>)
      answer.digest = what.make(*by.confirmed().data);
    else
      answer.digest = what.make(by.confirmed());
  } catch (...) {
    answer.why_none =
        detail::try_to_say([] { return reason{"its digest: " + detail::what_was_thrown()}; },
                           "its digest cannot be made"_reason);
  }
  return answer;
}

/// Returns what the answers to an audit mean. It changes nothing and may run on any thread. If some
/// copies differ and the server keeps the data from before its log, it applies the log again, to
/// two copies of these data, and makes two digests a version. Throws what copying the data, or
/// `make`, throws.
template <class Data>
[[nodiscard]] audit_report<Data> report_of(const detail::audit_answers<Data>& told,
                                           const digest_function<Data>& make) {
  using kind = typename audited_copy<Data>::kind;
  audit_report<Data> report{told.epoch, told.version, {}};
  for (const auto& one : told.all) {
    audited_copy<Data> copy{one.client};
    if (one.digest)
      copy.what = *one.digest == told.digest ? kind::agrees : kind::differs;
    if (copy.what == kind::not_compared)
      copy.why = one.why_none;
    else if (copy.what == kind::differs && !told.checkpoint)
      copy.why = "the first version is not known, since the server does not keep the data from "
                 "which its log leads on (`keep_checkpoint`)"_reason;
    report.copies.push_back(std::move(copy));
  }
  if (!report.agrees() && told.checkpoint)
    detail::first_differences<Data>{told, report, make}.find();
  return report;
}

} // namespace libsync
