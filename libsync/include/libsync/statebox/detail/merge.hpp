#pragma once

/// Merges siblings.
///
/// *Plain times.* The value of the sibling that was modified last (of several the first), on which
/// all events of all queues are replayed in order.
///
/// *Stamps.* Write H for the events that a box has seen, Q for its queue, and D for those of H that
/// are not in Q any more. Every box that is not `may_have_lost` keeps the *invariant*
///
///     its value is what H, in order, makes of the common ancestor.
///
/// H is known exactly: an origin's events are one lineage, so whoever has seen one has seen all
/// before it, and its latest time says which. Merging chooses a *base* among the siblings and
/// replays on its value. Let U be the events that the base has not seen, u the first of them.
/// An event in some queue is in U unless it is in the base's queue or among what the base dropped.
///
/// 1. *Nothing of U is missing*: no sibling has dropped an event that the base has not seen. Then U
///    lies in the united queue.
/// 2. *Nothing after u is missing*: u is newer than all that the base has dropped. Then all events
///    of the united H from u on lie in the united queue.
///
/// If both hold, the events from u on are replayed. With independent operations each place (key,
/// element) holds what the last event that touched it says. If that is u or later, it is replayed
/// after all others that touch the place; if it is earlier, the base has seen it, and nothing from
/// u on touches the place, so the base's value has it right. So the invariant holds for the result,
/// which has seen the union of what the siblings have seen. Unions do not depend on order, grouping
/// or repetition; hence the law.
///
/// If one of them fails for every sibling, the result is marked `may_have_lost`, and the base is
/// the one that comes nearest. A mark of the base stays; that of another sibling says something of
/// its value only, which is not used. After a mark is accepted the box is the only base that is
/// complete, since all others lack the acceptance, which cannot be replayed.
///
/// Where events from u on are not independent, and the base has some of them already, all that the
/// queues hold (but for what the base has dropped) is replayed: the best guess, as with plain
/// times. With no such event of the base nothing is replayed twice, and any operation is right.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "libsync/result.hpp"
#include "libsync/statebox/composite.hpp"
#include "libsync/statebox/detail/merge_queues.hpp"
#include "libsync/statebox/detail/times.hpp"
#include "libsync/statebox/independent.hpp"
#include "libsync/statebox/knowledge.hpp"

namespace libsync::detail {

/// What is known of the past with plain times.
struct no_knowledge {
  friend auto operator<=>(const no_knowledge&, const no_knowledge&) = default;
};

/// One merge of two or more boxes.
template <class Box>
class merging {
  using event = typename Box::event;

public:
  merging(std::span<const Box* const> siblings, std::size_t limit)
      : siblings_(siblings), limit_(limit) {
    std::vector<const typename Box::queue_type*> queues;
    for (const auto* one : siblings)
      queues.push_back(&one->queue());
    events_ = merge_queues<event>(queues);
  }

  [[nodiscard]] result<Box> run() {
    if constexpr (Box::stamped) {
      if (auto wrong = two_lineages(); !wrong.empty())
        return result<Box>::failed(wrong);
      auto [known, joined] = join();
      const candidate base = choose(known, joined);
      joined.may_have_lost = base.box->may_have_lost() || !base.complete || !base.in_order;
      return replay_on(*base.box, to_replay(base), std::move(joined));
    } else {
      return replay_on(latest(), std::vector<bool>(events_.size(), true), {});
    }
  }

  /// The same with the first box as the base; refused if it would be marked.
  [[nodiscard]] result<Box> run_on_first() {
    if (auto wrong = two_lineages(); !wrong.empty())
      return result<Box>::failed(wrong);
    auto [known, joined] = join();
    const candidate base = consider(*siblings_.front(), known.front(), joined);
    if (!base.complete || !base.in_order)
      return result<Box>::failed("the sender's value is needed: events were dropped that are not "
                                 "seen here, or come late");
    joined.may_have_lost = base.box->may_have_lost();
    return replay_on(*base.box, to_replay(base), std::move(joined));
  }

private:
  struct candidate {
    const Box* box = nullptr;
    /// Nothing that it has not seen is missing.
    bool complete = false;
    /// What it has not seen is newer than all that it has dropped.
    bool in_order = false;
    /// The place of the first event that it has not seen.
    std::size_t first = 0;
  };

  [[nodiscard]] const Box& latest() const {
    const Box* found = siblings_.front();
    for (const auto* one : siblings_)
      if (found->last_modified() < one->last_modified())
        found = one;
    return *found;
  }

  // Says so if two events have one stamp.
  [[nodiscard]] std::string two_lineages() const {
    for (std::size_t i = 1; i < events_.size(); ++i)
      if (events_[i - 1].time == events_[i].time)
        return "two different events have the time " + text_of(events_[i].time) +
               ": its origin has two lineages";
    return {};
  }

  // What each knows, folded alike, and all together.
  [[nodiscard]] std::pair<std::vector<knowledge>, knowledge> join() const {
    std::vector<knowledge> known;
    for (const auto* one : siblings_)
      known.push_back(one->known());
    auto joined = knowledge::join(known, limit_);
    return {std::move(known), std::move(joined)};
  }

  [[nodiscard]] result<Box> replay_on(const Box& base, const std::vector<bool>& replayed,
                                      typename Box::past known) const {
    Box made;
    auto& merged = made.parts_;
    merged.value = base.value();
    for (std::size_t i = 0; i < events_.size(); ++i)
      if (replayed[i])
        if (auto done = step_through(merged.value, events_[i].from->what); !done)
          return result<Box>::failed(
              "event " + std::to_string(i + 1) + " of " + std::to_string(events_.size()) + ", at " +
              text_of(events_[i].time) + ", cannot be replayed: " + done.reason());
    merged.last_modified = latest().last_modified();
    merged.known = std::move(known);
    merged.queue.reserve(events_.size());
    for (const auto& one : events_)
      merged.queue.push_back(*one.from);
    return made;
  }

  // Calls `visit(i, seen)` for each event, in order, until it returns false.
  template <class Visit>
  void for_each_event(const Box& box, Visit visit) const {
    auto own = box.queue().begin();
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const bool queued = own != box.queue().end() && own->time == events_[i].time;
      if (queued)
        ++own;
      if (!visit(i, queued || box.known().has_dropped(events_[i].time)))
        return;
    }
  }

  [[nodiscard]] std::size_t first_unseen(const Box& box) const {
    std::size_t first = events_.size();
    for_each_event(box, [&](std::size_t i, bool seen) {
      if (!seen)
        first = i;
      return seen;
    });
    return first;
  }

  // The box that has seen most: with nothing missing, and all in order up to the latest event. What
  // is left to compare makes the choice the same whatever the order of the siblings, as long as
  // those that are equal in all of it have equal values. Only boxes that are marked may differ
  // there; of these the first is taken, because values need not be ordered.
  [[nodiscard]] candidate choose(std::span<const knowledge> known, const knowledge& joined) const {
    candidate best = consider(*siblings_.front(), known.front(), joined);
    for (std::size_t i = 1; i < siblings_.size(); ++i) {
      const candidate next = consider(*siblings_[i], known[i], joined);
      if (rank(best) < rank(next))
        best = next;
    }
    return best;
  }

  [[nodiscard]] candidate consider(const Box& box, const knowledge& known,
                                   const knowledge& joined) const {
    const auto first = first_unseen(box);
    return {&box, known.has_seen_what_is_dropped_by(joined),
            first == events_.size() || box.known().cut < events_[first].time, first};
  }

  [[nodiscard]] static auto rank(const candidate& one) {
    return std::tuple{one.complete && one.in_order, one.complete,
                      !one.box->may_have_lost(),    one.first,
                      one.box->last_modified(),     std::cref(one.box->known())};
  }

  [[nodiscard]] std::vector<bool> to_replay(const candidate& base) const {
    bool twice = false;
    bool independent = true;
    std::vector<bool> replayed(events_.size());
    for_each_event(*base.box, [&](std::size_t i, bool seen) {
      replayed[i] = !seen || base.box->known().cut < events_[i].time;
      if (i >= base.first && replayed[i]) {
        twice |= seen;
        independent = independent && is_independent(events_[i].from->what);
      }
      return true;
    });
    if (base.first == events_.size() || !twice || independent)
      std::fill_n(replayed.begin(), base.first, false);
    return replayed;
  }

  std::span<const Box* const> siblings_;
  std::size_t limit_;
  std::vector<queued<event>> events_;
};

} // namespace libsync::detail
