#pragma once

/// A value with a queue of timestamped operations, for places where no server can be asked.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "libsync/clock.hpp"
#include "libsync/outcome.hpp"
#include "libsync/reducer.hpp"
#include "libsync/result.hpp"
#include "libsync/statebox/composite.hpp"
#include "libsync/statebox/counter.hpp"
#include "libsync/statebox/detail/check_parts.hpp"
#include "libsync/statebox/detail/merge.hpp"
#include "libsync/statebox/detail/record.hpp"
#include "libsync/statebox/detail/times.hpp"
#include "libsync/statebox/event.hpp"
#include "libsync/statebox/knowledge.hpp"
#include "libsync/statebox/stamp.hpp"

namespace libsync {

/// A value, a queue of the operations that were applied to it (oldest first), and when the last one
/// was. Copies are changed apart from each other; `merge` makes one of such siblings by replaying
/// the union of their queues, in the order of time, on the value of one of them.
///
/// *What the operations must be.* `Data` is any type that a reducer is for (reducer.hpp). Its
/// operations are compared (`==`, and `<=>` or `<`), so that one that came to several siblings
/// counts once, and are replayed on values that already hold their effect. So each must be
/// repeatable, and also in sequence with others; independent.hpp says when that is so, and
/// check.hpp finds those that are not.
///
/// *Time.* `Timestamp` is either
///
/// - a number of milliseconds (or anything that is ordered). Merging then does what the Erlang
///   library of the same name does. Of siblings that were last modified at the same time the first
///   lends its value, so with different values the order of the arguments counts. What was dropped
///   from a queue may come back, or be lost, without a sign;
/// - or `stamp`, a time and an origin, so that every event is unique. A box then knows of each
///   origin what it has seen and what it has dropped (knowledge.hpp), the sibling that has seen
///   most lends its value, and a loss is marked. merge.hpp tells how, and why it is right.
///
/// *Law* (stamps; independent operations): merge is commutative, associative and idempotent, and
/// gives what all events, in order, make of the common ancestor; also after `expire` and
/// `truncate`, unless the result is `may_have_lost`. Counters keep it too, while no increment comes
/// that is older than what was accumulated.
///
/// *Size.* The queue grows with every change. Let it expire, or truncate it, now and then and
/// always before a box is stored: it needs to hold what some sibling may not have seen. At most
/// `Origins` origins are known one by one.
///
/// *Errors* are values, and change nothing. What throws, such as std::bad_alloc, has changed
/// nothing either, as long as that holds for the data's `reduce` (reducer.hpp) and moving the data
/// does not throw. One thread at a time may use a box.
template <class Data, class Timestamp = timestamp, std::size_t Origins = 1024>
class statebox {
  static_assert(has_operation<Data>, "libsync: the data type needs a nested type `operation`");
  static_assert(Origins > 0, "libsync: a box must know of at least one origin");
  static constexpr bool stamped = detail::is_stamp<Timestamp>;
  static constexpr bool has_time = detail::has_time<Timestamp>;

public:
  using operation = typename Data::operation;
  using what = composite<operation>;
  using event = libsync::event<operation, Timestamp>;
  using queue_type = std::vector<event>;
  /// With plain times nothing is known.
  using past = std::conditional_t<stamped, knowledge, detail::no_knowledge>;
  static constexpr bool throws_cleanly = std::is_nothrow_move_assignable_v<Data> && requires {
    requires Data::throws_cleanly;
  };

  /// All that a box is made of, for those who store it.
  struct parts {
    Data value{};
    Timestamp last_modified = detail::lowest_time<Timestamp>();
    queue_type queue;
    past known;
  };

  /// A box with an empty value, which was never modified.
  statebox() = default;

  /// A box with an empty queue. With stamps, siblings descend from one such box, or from several
  /// that began empty; of others the merged box is `may_have_lost`, since each holds what the other
  /// cannot replay. Throws std::invalid_argument for a time beyond the horizon, or a stamp of the
  /// time `stamp::none`.
  statebox(Data value, Timestamp when) : parts_{std::move(value), when, {}, {}} {
    if (detail::is_beyond(when, horizon))
      throw std::invalid_argument("libsync::statebox: it begins beyond the horizon");
    if constexpr (stamped) {
      if (when.time == stamp::none)
        throw std::invalid_argument("libsync::statebox: it begins at the time `stamp::none`");
      if (!is_empty()) {
        parts_.known.see_dropped(when, Origins);
        parts_.known.cut = when;
      }
    }
  }

  /// The same, at the present time.
  explicit statebox(Data value) requires std::integral<Timestamp>
      : statebox(std::move(value), process_clock().now()) {}
  statebox(Data value, origin by) requires stamped
      : statebox(std::move(value), stamp{process_clock().now(), by}) {}

  /// Returns the box with these parts, or what is wrong with them. Whether the value is what the
  /// operations made of it cannot be told.
  [[nodiscard]] static result<statebox> from(parts all) {
    if (auto checked = detail::check_parts(all, Origins); !checked)
      return result<statebox>::failed(checked.reason());
    statebox made;
    made.parts_ = std::move(all);
    return made;
  }

  [[nodiscard]] const parts& to_parts() const& noexcept { return parts_; }
  [[nodiscard]] parts to_parts() && noexcept { return std::move(parts_); }

  [[nodiscard]] const Data& value() const& noexcept { return parts_.value; }
  [[nodiscard]] Data value() && { return std::move(parts_.value); }

  /// When it began, or was changed last.
  [[nodiscard]] Timestamp last_modified() const noexcept { return parts_.last_modified; }

  /// What may be replayed, oldest first.
  [[nodiscard]] const queue_type& queue() const& noexcept { return parts_.queue; }
  [[nodiscard]] queue_type queue() && noexcept { return std::move(parts_.queue); }

  /// What it has seen and dropped.
  [[nodiscard]] const past& known() const noexcept { return parts_.known; }

  /// Whether the value is empty: what its `empty()` says, else whether it is `Data{}`.
  [[nodiscard]] bool is_empty() const {
    if constexpr (requires(const Data& data) { data.empty(); })
      return parts_.value.empty();
    else if constexpr (requires(const Data& data) { data == Data{}; })
      return parts_.value == Data{};
    else
      return false;
  }

  /// Whether a merge, of this box or of one that was merged into it, may have lost something: that
  /// is, may differ from what a merge with no event dropped would have made. It stays until it is
  /// accepted, here or by a sibling that has seen all of this and is merged.
  [[nodiscard]] bool may_have_lost() const noexcept requires stamped {
    return parts_.known.may_have_lost;
  }

  /// Accepts the value as it is, be it what it may, and clears `may_have_lost`. That counts as a
  /// change: when siblings that hold different values are merged, those that were accepted last
  /// prevail. Refused unless `when` is after `last_modified`.
  outcome accept_loss(stamp when) requires stamped {
    if (auto late = detail::check_time(when, last_modified()); !late)
      return late;
    parts_.known.see_dropped(when, Origins);
    parts_.known.may_have_lost = false;
    parts_.last_modified = when;
    return accepted();
  }

  /// Returns the time of a change that is made now: `now`, or just after the last change.
  [[nodiscard]] Timestamp next(timestamp now) const requires std::integral<Timestamp> {
    return std::max(static_cast<Timestamp>(now), detail::time_after(last_modified()));
  }
  [[nodiscard]] stamp next(timestamp now, origin by) const requires stamped {
    return {std::max(now, detail::time_after(last_modified().time)), by};
  }

  /// Applies an operation, or a list (wholly or not at all, and as one event), and appends it to
  /// the queue: amortized O(1) beside the operation itself. A list of several costs a copy of the
  /// value, but for data that never fail. Refused, changing nothing,
  ///
  /// - if the reducer refuses or throws;
  /// - if `when` is older than `last_modified`; a stamp must be newer;
  /// - if `when` is beyond the `horizon`, unless it is the very next after the last change;
  /// - if lists, sets and dictionaries lie in each other deeper than `most_nested_changes`.
  outcome record(Timestamp when, what change) {
    return detail::record(parts_, when, std::move(change), Origins);
  }

  /// The same as a value: `const&` leaves this box as it was and costs a copy, `&&` changes it in
  /// place. One that is refused is not moved from.
  [[nodiscard]] result<statebox> modify(Timestamp when, what change) const& {
    return statebox{*this}.modify(when, std::move(change));
  }
  [[nodiscard]] result<statebox> modify(Timestamp when, what change) && {
    if (auto done = record(when, std::move(change)); !done)
      return result<statebox>::failed(done.reason());
    return std::move(*this);
  }

  /// The same, at the present time or just after the last change.
  [[nodiscard]] result<statebox> modify(what change) const& requires std::integral<Timestamp> {
    return modify(next(process_clock().now()), std::move(change));
  }
  [[nodiscard]] result<statebox> modify(what change) && requires std::integral<Timestamp> {
    const auto when = next(process_clock().now());
    return std::move(*this).modify(when, std::move(change));
  }
  [[nodiscard]] result<statebox> modify(origin by, what change) const& requires stamped {
    return modify(next(process_clock().now(), by), std::move(change));
  }
  [[nodiscard]] result<statebox> modify(origin by, what change) && requires stamped {
    const auto when = next(process_clock().now(), by);
    return std::move(*this).modify(when, std::move(change));
  }

  /// Drops events that are older than `last_modified` by more than `age` milliseconds.
  [[nodiscard]] statebox expire(timestamp age) const& requires has_time {
    return statebox{*this}.expire(age);
  }
  [[nodiscard]] statebox expire(timestamp age) && requires has_time {
    let_expire(age);
    return std::move(*this);
  }
  /// The same in place.
  void let_expire(timestamp age) requires has_time {
    const auto oldest = earlier_by(detail::time_of(last_modified()), age);
    const auto& queue = parts_.queue;
    const auto kept = std::find_if(queue.begin(), queue.end(), [&](const event& one) {
      return detail::time_of(one.time) >= oldest;
    });
    detail::drop_oldest(parts_, static_cast<std::size_t>(kept - queue.begin()));
  }

  /// Keeps only the newest `count` events. Refused if it is negative.
  [[nodiscard]] result<statebox> truncate(std::ptrdiff_t count) const& {
    return statebox{*this}.truncate(count);
  }
  [[nodiscard]] result<statebox> truncate(std::ptrdiff_t count) && {
    if (auto done = keep_newest(count); !done)
      return result<statebox>::failed(done.reason());
    return std::move(*this);
  }
  /// The same in place.
  outcome keep_newest(std::ptrdiff_t count) {
    if (count < 0)
      return refused("truncate to " + std::to_string(count) + " events, expected 0 or more");
    const auto size = parts_.queue.size();
    detail::drop_oldest(parts_, size - std::min(size, static_cast<std::size_t>(count)));
    return accepted();
  }

  /// Returns what siblings make together, or which event cannot be replayed and why. One is
  /// returned as it is; none is an error.
  [[nodiscard]] static result<statebox> merge(std::span<const statebox* const> siblings) {
    if (siblings.empty())
      return result<statebox>::failed("there is nothing to merge, expected at least one box");
    if (siblings.size() == 1)
      return *siblings.front();
    return detail::merging<statebox>{siblings, Origins}.run();
  }
  [[nodiscard]] static result<statebox> merge(std::span<const statebox> siblings) {
    std::vector<const statebox*> all;
    for (const auto& one : siblings)
      all.push_back(&one);
    return merge(std::span<const statebox* const>{all});
  }
  [[nodiscard]] result<statebox> merge(const statebox& other) const {
    const statebox* const both[] = {this, &other};
    return merge(std::span<const statebox* const>{both});
  }

  /// Returns what siblings make together; of none, an empty box that begins at `when`.
  [[nodiscard]] static result<statebox> from_siblings(std::span<const statebox> siblings,
                                                      Timestamp when) {
    if (siblings.empty())
      return statebox{Data{}, when};
    return merge(siblings);
  }

  /// Siblings are equal if all their parts are.
  friend bool operator==(const statebox& left,
                         const statebox& right) requires std::equality_comparable<Data> {
    return left.value() == right.value() && left.last_modified() == right.last_modified() &&
           left.queue() == right.queue() && left.known() == right.known();
  }

private:
  friend detail::merging<statebox>;

  parts parts_;
};

} // namespace libsync
