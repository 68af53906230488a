#pragma once

/// The timers that a simulated server must have.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libsync/ids.hpp"
#include "libsync/timers.hpp"

#include "libsync/testing/detail/broken.hpp"
#include "libsync/testing/detail/expected_data.hpp"
#include "libsync/testing/detail/expected_receipts.hpp"
#include "libsync/testing/random.hpp"

namespace libsync::testing::detail {

/// A list of what was set, kept as naively as can be.
template <class Data>
class expected_timers {
public:
  using operation = typename Data::operation;

  /// Sets a timer of the server's, or cancels one, under one of few names.
  void set_any(timers<Data>& of, operation op, timestamp now, std::size_t limit, random& choices) {
    timer one{std::to_string(choices.below(8)), now + choices.between(-2, 40), std::move(op)};
    const auto before = std::find_if(all_.begin(), all_.end(),
                                     [&](const timer& other) { return other.name == one.name; });
    const bool is_there = before != all_.end();
    if (choices.chance(10)) {
      require(of.cancel(one.name) == is_there, "a timer was cancelled that is not there, or none");
      if (is_there)
        all_.erase(before);
      return;
    }
    const bool is_full = !is_there && all_.size() >= limit;
    require(of.set(one.name, one.time, one.op).accepted() != is_full, "a timer was taken beyond ",
            "the limit, or refused below it: ", all_.size(), " of ", limit, " are set");
    if (is_there)
      all_.erase(before);
    if (!is_full)
      all_.push_back(std::move(one));
  }

  /// Decides what was due, by time and in the order of setting, up to where the server died.
  /// Returns whether no operation threw half-way.
  template <class Server>
  bool decide_due(timestamp now, submission_number& own, const expected_data<Data>& data,
                  expected_receipts<Data>& receipts, const call_record& call,
                  const Server& server) {
    for (auto next = due(now); next != all_.end(); next = due(now)) {
      const auto before = data.last();
      const bool is_whole = receipts.decide_own(own + 1, next->op, now, call);
      const bool is_told = call.refused.contains({client_id::server, own + 1});
      const bool is_made = data.last() != before && data.last() <= server.version();
      if (!call.is_whole && is_whole && !is_told && !is_made)
        return true;
      ++own;
      all_.erase(next);
      if (!is_whole)
        return false;
    }
    return true;
  }

  [[nodiscard]] std::optional<timestamp> next() const {
    std::optional<timestamp> first;
    for (const auto& one : all_)
      first = std::min(first.value_or(one.time), one.time);
    return first;
  }

  void check(const timers<Data>& found) const {
    require(found.size() == all_.size() && found.next() == next(), "the server has ", found.size(),
            " timers, expected were ", all_.size());
  }

private:
  struct timer {
    std::string name;
    timestamp time;
    operation op;
  };

  auto due(timestamp now) {
    const auto next = std::min_element(
        all_.begin(), all_.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
    return next == all_.end() || next->time > now ? all_.end() : next;
  }

  std::vector<timer> all_; // in the order of setting
};

} // namespace libsync::testing::detail
