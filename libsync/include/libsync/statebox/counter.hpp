#pragma once

/// A counter whose increments may be replayed.

#include <algorithm>
#include <compare>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "libsync/result.hpp"
#include "libsync/size_of.hpp"
#include "libsync/statebox/detail/sound.hpp"
#include "libsync/statebox/detail/vectors.hpp"
#include "libsync/statebox/stamp.hpp"

namespace libsync {

/// Returns `time` moved back by `age`, but not beyond the ends of the range.
[[nodiscard]] constexpr timestamp earlier_by(timestamp time, timestamp age) {
  timestamp moved = 0;
  if (!__builtin_sub_overflow(time, age, &moved))
    return moved;
  return age > 0 ? std::numeric_limits<timestamp>::min() : std::numeric_limits<timestamp>::max();
}

/// A sum of increments. Each increment has a name of its own (a time and an id), and counts once,
/// however often it is replayed. Old increments are *accumulated* into one sum, so that a counter
/// stays small. An increment that comes later but is older than that sum is lost. So let increments
/// accumulate only when they are older than any that may still come.
///
/// Sums wrap around at 64 bits.
class counter {
public:
  /// An increment or, without an id, what was accumulated up to that time.
  struct entry {
    timestamp time = 0;
    std::optional<std::int64_t> id;
    std::int64_t delta = 0;

    friend bool operator==(const entry&, const entry&) = default;
    /// By time; what was accumulated comes after all increments of its time; then by id and delta.
    friend std::strong_ordering operator<=>(const entry& left, const entry& right) {
      if (const auto names = left.compare_name(right); names != 0)
        return names;
      return left.delta <=> right.delta;
    }

    [[nodiscard]] std::strong_ordering compare_name(const entry& other) const {
      if (time != other.time)
        return time <=> other.time;
      if (id && other.id)
        return *id <=> *other.id;
      return other.id.has_value() <=> id.has_value();
    }
  };

  /// Adds an increment, then accumulates all up to a time. If two boxes add different deltas under
  /// one (time, id), they contradict each other, and the one that is replayed last wins.
  struct increment {
    /// Nothing is accumulated if it is `stamp::none`.
    timestamp accumulate_until = stamp::none;
    timestamp time = 0;
    std::int64_t id = 0;
    std::int64_t delta = 0;

    /// Returns an increment that accumulates those that are older than it by `age` milliseconds.
    [[nodiscard]] static increment aged(std::int64_t delta, timestamp age, timestamp time,
                                        std::int64_t id) {
      return {earlier_by(time, age), time, id, delta};
    }

    static constexpr const char* name = "increment";
    static constexpr auto fields() {
      return std::tuple{&increment::accumulate_until, &increment::time, &increment::id,
                        &increment::delta};
    }
    friend auto operator<=>(const increment&, const increment&) = default;
  };

  using operation = increment;
  static constexpr bool throws_cleanly = true;

  counter() = default;

  /// Returns the counter with these entries, or what is wrong with them.
  [[nodiscard]] static result<counter> of(std::vector<entry> entries) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const auto place = "entry " + std::to_string(i + 1) + " of the counter ";
      if (i > 0 && !entries[i].id)
        return result<counter>::failed(place + "is accumulated, expected only the first to be");
      if (i > 0 && entries[i - 1].compare_name(entries[i]) >= 0)
        return result<counter>::failed(place + "does not come after the one before it");
      if (entries[i].time > detail::farthest)
        return result<counter>::failed(place + "lies beyond the horizon");
    }
    counter made;
    made.entries_ = std::move(entries);
    return made;
  }

  /// The accumulated entry, if there is one, then the increments after it in the order of (time,
  /// id).
  [[nodiscard]] const std::vector<entry>& entries() const noexcept { return entries_; }
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }

  friend std::size_t size_of(const counter& one) noexcept {
    return sizeof one + owned_bytes(one.entries_);
  }

  [[nodiscard]] std::int64_t value() const noexcept { return sum(entries_); }

  /// Adds an increment, in the place of one with the same (time, id). An increment that is not
  /// after the accumulated entry vanishes.
  void add(timestamp time, std::int64_t id, std::int64_t delta) {
    const entry fresh{time, id, delta};
    if (!entries_.empty() && !entries_.front().id && fresh.compare_name(entries_.front()) < 0)
      return;
    const auto place = std::lower_bound(
        entries_.begin(), entries_.end(), fresh,
        [](const entry& left, const entry& right) { return left.compare_name(right) < 0; });
    if (place != entries_.end() && place->compare_name(fresh) == 0)
      place->delta = delta;
    else
      entries_.insert(place, fresh);
  }

  /// Makes one sum, of time `until`, of all entries up to that time, even if there are none. If
  /// that was done for `until` or later, nothing changes.
  void accumulate(timestamp until) {
    detail::make_room(entries_, 1);
    if (!entries_.empty() && !entries_.front().id && entries_.front().time >= until)
      return;
    const auto after = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const entry& one) { return one.time > until; });
    const entry all{until, std::nullopt, sum({entries_.begin(), after})};
    entries_.insert(entries_.erase(entries_.begin(), after), all);
  }

  /// Returns all entries of some counters. If two have the same name, the greater delta counts.
  /// Entries before the latest accumulated one are dropped.
  [[nodiscard]] static counter merge(std::span<const counter> all) {
    counter merged;
    for (const auto& next : all)
      merged.take(next);
    return merged;
  }

  friend void reduce(counter& data, const increment& op) {
    detail::make_room(data.entries_, 2); // for both, so that nothing fails between them
    data.add(op.time, op.id, op.delta);
    if (op.accumulate_until != stamp::none)
      data.accumulate(op.accumulate_until);
  }

  friend bool operator==(const counter&, const counter&) = default;
  friend auto operator<=>(const counter&, const counter&) = default;

private:
  [[nodiscard]] static std::int64_t sum(std::span<const entry> all) noexcept {
    std::uint64_t total = 0;
    for (const auto& one : all)
      total += static_cast<std::uint64_t>(one.delta);
    return static_cast<std::int64_t>(total);
  }

  void take(const counter& other) {
    std::vector<entry> both;
    std::merge(entries_.begin(), entries_.end(), other.entries_.begin(), other.entries_.end(),
               std::back_inserter(both));
    entries_.clear();
    for (const auto& one : both) {
      if (!one.id)
        entries_.clear();
      else if (!entries_.empty() && entries_.back().compare_name(one) == 0)
        entries_.pop_back(); // the delta of this one is at least as great
      entries_.push_back(one);
    }
  }

  std::vector<entry> entries_;
};

namespace detail {

// What is accumulated up to the end of all times would let every later increment vanish.
inline outcome check_horizon(timestamp time) {
  if (time <= farthest) [[likely]]
    return accepted();
  return refused("a time of a counter lies beyond the horizon"_reason);
}

template <>
struct soundness<counter::increment> {
  static constexpr bool asked = true;
  static outcome check(const counter::increment& op, int) {
    return check_horizon(std::max(op.time, op.accumulate_until));
  }
};

template <>
struct soundness<counter> {
  static constexpr bool asked = true;
  static outcome check(const counter& all, int) {
    return check_horizon(all.empty() ? stamp::none : all.entries().back().time);
  }
};

} // namespace detail
} // namespace libsync
