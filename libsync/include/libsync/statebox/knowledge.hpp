#pragma once

/// Knowledge of the past: the events that a box with stamps has seen and dropped.

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libsync/outcome.hpp"
#include "libsync/statebox/stamp.hpp"

namespace libsync {

/// A box's knowledge of one origin. Its events come in the order of their times. So one time tells
/// which of them a box has seen, namely those up to it.
struct known_origin {
  origin by{};
  /// The time of the latest event that was seen.
  timestamp seen = stamp::none;
  /// The time of the latest event that was seen and dropped from the queue.
  timestamp dropped = stamp::none;

  friend auto operator<=>(const known_origin&, const known_origin&) = default;
};

/// Origins whose latest events are so old that they are known only as a whole. Boxes that know the
/// same of the same origins name the group by the same number, made from what is in it.
struct known_group {
  std::uint64_t name = 0;
  /// As for an origin, but of all of them together.
  timestamp dropped = stamp::none;

  friend auto operator<=>(const known_group&, const known_group&) = default;
};

/// A version vector with what was dropped, for at most a given number of origins. If there are
/// more, the older half is folded into one group. A box cannot tell what it has seen of a group
/// that it does not have. It then says so, and loses nothing unmarked. So the limit should be above
/// the number of origins that are active.
///
/// All members are public for programs that store a box. A program that makes a box from them calls
/// `check`.
struct knowledge {
  /// By ascending origin.
  std::vector<known_origin> origins;
  /// By ascending name. More than one if boxes were merged that had folded different origins.
  std::vector<known_group> groups;
  /// The groups are of origins that were last seen up to this time.
  timestamp folded_until = stamp::none;
  /// The latest event that was dropped.
  stamp cut;
  /// Something may be lost; see statebox::may_have_lost.
  bool may_have_lost = false;

  friend auto operator<=>(const knowledge&, const knowledge&) = default;

  /// Groups beyond this many become one, which is then unknown to all.
  static constexpr std::size_t most_groups = 16;

  /// Returns what is known of an origin, or null.
  [[nodiscard]] const known_origin* find(origin by) const {
    const auto found = std::ranges::lower_bound(origins, by, {}, &known_origin::by);
    return found != origins.end() && found->by == by ? &*found : nullptr;
  }

  [[nodiscard]] known_origin* find(origin by) {
    return const_cast<known_origin*>(std::as_const(*this).find(by));
  }

  /// Whether an event that is not in the queue was seen and dropped. Also false if that cannot be
  /// told. Such an event is not after `cut`.
  [[nodiscard]] bool has_dropped(const stamp& when) const {
    const auto* known = find(when.by);
    return known != nullptr && when.time <= known->dropped;
  }

  /// Notes an event. Takes memory only for an origin that is new. If that fails, nothing is noted.
  void see(const stamp& when, std::size_t limit) { note({when.by, when.time, stamp::none}, limit); }

  /// Notes an event that is in no queue, because its effect is in the value alone.
  void see_dropped(const stamp& when, std::size_t limit) {
    note({when.by, when.time, when.time}, limit);
  }

  /// Notes that an event which was seen is dropped from the queue.
  void drop(const stamp& when) {
    cut = std::max(cut, when);
    const auto found = std::ranges::lower_bound(origins, when.by, {}, &known_origin::by);
    if (found != origins.end() && found->by == when.by)
      found->dropped = std::max(found->dropped, when.time);
    else // then it is in one of the groups
      for (auto& group : groups)
        group.dropped = std::max(group.dropped, when.time);
  }

  /// Folds all origins that were last seen up to `until` into one group, with what groups there
  /// are.
  void fold(timestamp until) {
    until = std::max(until, folded_until);
    known_group all;
    bool any = false;
    const auto add = [&](std::uint64_t name, timestamp dropped) {
      all.name += name; // so that the order in which they are folded does not matter
      all.dropped = std::max(all.dropped, dropped);
      any = true;
    };
    for (const auto& group : groups)
      add(group.name, group.dropped);
    for (const auto& one : origins)
      if (one.seen <= until)
        add(name_of(one), one.dropped);
    std::erase_if(origins, [&](const known_origin& one) { return one.seen <= until; });
    groups.clear();
    if (any)
      groups.push_back(all);
    folded_until = until;
  }

  /// Returns the time until which origins have to be folded so that at most half the limit are
  /// left, if they are more than the limit; else `stamp::none`.
  [[nodiscard]] timestamp fold_for(std::size_t limit) const {
    if (origins.size() <= limit)
      return stamp::none;
    std::vector<timestamp> times;
    for (const auto& one : origins)
      times.push_back(one.seen);
    const auto last =
        std::next(times.begin(), static_cast<std::ptrdiff_t>(times.size() - limit / 2 - 1));
    std::ranges::nth_element(times, last);
    return *last;
  }

  /// Whether all that `joined` has dropped was seen here. Both must have been folded alike.
  [[nodiscard]] bool has_seen_what_is_dropped_by(const knowledge& joined) const {
    for (const auto& one : joined.origins) {
      const auto* known = find(one.by);
      if (one.dropped != stamp::none && (known == nullptr || known->seen < one.dropped))
        return false;
    }
    for (const auto& group : joined.groups)
      if (group.dropped != stamp::none &&
          !std::ranges::binary_search(groups, group.name, {}, &known_group::name))
        return false;
    return true;
  }

  /// Returns what at least one of them knows, and the latest for each origin and group. Folds all
  /// of them alike.
  [[nodiscard]] static knowledge join(std::span<knowledge> all, std::size_t limit) {
    timestamp until = stamp::none;
    for (const auto& one : all)
      until = std::max(until, one.folded_until);
    for (auto& one : all)
      if (one.folded_until != until)
        one.fold(until);
    for (;;) {
      knowledge joined = join_folded(all);
      const timestamp more = joined.fold_for(limit);
      if (more == stamp::none)
        return joined;
      for (auto& one : all)
        one.fold(std::max(more, until));
    }
  }

  /// Returns accepted, or what is wrong with it in a box that was last changed at time
  /// `last_modified`.
  [[nodiscard]] outcome check(std::size_t limit, timestamp last_modified = detail::farthest) const {
    if (folded_until > last_modified)
      return refused("folded_until: later than `last_modified`"_reason);
    if (cut.time > last_modified)
      return refused("cut: later than `last_modified`"_reason);
    if (origins.size() > limit)
      return refused("origins: " + std::to_string(origins.size()) + ", expected at most " +
                     std::to_string(limit));
    for (std::size_t i = 0; i < origins.size(); ++i) {
      const auto place = "origins[" + std::to_string(i) + "]: ";
      if (i > 0 && origins[i - 1].by >= origins[i].by)
        return refused(place + "does not come after the one before it");
      if (origins[i].seen == stamp::none || origins[i].dropped > origins[i].seen)
        return refused(place + "dropped at a time at which nothing was seen");
      if (origins[i].seen > last_modified)
        return refused(place + "seen later than `last_modified`");
    }
    if (groups.size() > most_groups)
      return refused("groups: " + std::to_string(groups.size()) + ", expected at most " +
                     std::to_string(most_groups));
    for (std::size_t i = 0; i < groups.size(); ++i) {
      const auto place = "groups[" + std::to_string(i) + "]: ";
      if (i > 0 && groups[i - 1].name >= groups[i].name)
        return refused(place + "does not come after the one before it");
      if (folded_until == stamp::none || groups[i].dropped > folded_until)
        return refused(place + "later than `folded_until`");
    }
    return accepted();
  }

private:
  // The number of an origin in a group: well mixed, since the group's is a sum.
  [[nodiscard]] static std::uint64_t name_of(const known_origin& one) {
    const auto mix = [](std::uint64_t bits) {
      bits = (bits ^ (bits >> 33)) * 0xff51'afd7'ed55'8ccd;
      bits = (bits ^ (bits >> 33)) * 0xc4ce'b9fe'1a85'ec53;
      return bits ^ (bits >> 33);
    };
    return mix(mix(static_cast<std::uint64_t>(one.by) + 0x9e37'79b9'7f4a'7c15) ^
               static_cast<std::uint64_t>(one.seen));
  }

  void note(const known_origin& fresh, std::size_t limit) {
    const auto found = std::ranges::lower_bound(origins, fresh.by, {}, &known_origin::by);
    if (found != origins.end() && found->by == fresh.by) {
      found->seen = std::max(found->seen, fresh.seen);
      found->dropped = std::max(found->dropped, fresh.dropped);
      return;
    }
    knowledge next = *this;
    next.origins.insert(std::next(next.origins.begin(), found - origins.begin()), fresh);
    if (const auto until = next.fold_for(limit); until != stamp::none)
      next.fold(until);
    *this = std::move(next);
  }

  [[nodiscard]] static knowledge join_folded(std::span<const knowledge> all) {
    knowledge joined;
    for (const auto& one : all) {
      joined.folded_until = one.folded_until;
      joined.cut = std::max(joined.cut, one.cut);
      joined.may_have_lost |= one.may_have_lost;
      joined.origins.insert(joined.origins.end(), one.origins.begin(), one.origins.end());
      joined.groups.insert(joined.groups.end(), one.groups.begin(), one.groups.end());
    }
    keep_latest(joined.origins, &known_origin::by, [](known_origin& kept, const known_origin& one) {
      kept.seen = std::max(kept.seen, one.seen);
      kept.dropped = std::max(kept.dropped, one.dropped);
    });
    keep_latest(joined.groups, &known_group::name, [](known_group& kept, const known_group& one) {
      kept.dropped = std::max(kept.dropped, one.dropped);
    });
    if (joined.groups.size() > most_groups) {
      known_group of_all;
      for (const auto& group : joined.groups) {
        of_all.name += group.name;
        of_all.dropped = std::max(of_all.dropped, group.dropped);
      }
      joined.groups.assign(1, of_all);
    }
    return joined;
  }

  // Makes one of those with the same name.
  template <class Known, class Name, class Take>
  static void keep_latest(std::vector<Known>& all, Name name, Take take) {
    std::ranges::sort(all, {}, name);
    std::size_t kept = 0;
    for (std::size_t i = 1; i < all.size(); ++i) {
      if (all[i].*name == all[kept].*name)
        take(all[kept], all[i]);
      else
        all[++kept] = all[i];
    }
    if (!all.empty())
      all.resize(kept + 1);
  }
};

} // namespace libsync
