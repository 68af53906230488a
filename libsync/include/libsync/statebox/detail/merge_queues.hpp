#pragma once

/// The events of several queues in one order.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <span>
#include <vector>

namespace libsync::detail {

/// An event in some queue, with its time at hand, since most comparisons need no more.
template <class Event>
struct queued {
  decltype(Event::time) time;
  const Event* from;
};

template <class Event>
using row = std::vector<queued<Event>>;

template <class Event>
void append_in_order(row<Event>& to, const std::vector<Event>& queue) {
  const auto begin = to.size();
  bool ascending = true;
  for (const auto& next : queue) {
    ascending = ascending && (to.size() == begin || *to.back().from < next);
    to.push_back({next.time, &next});
  }
  if (ascending)
    return;
  const auto first = std::next(to.begin(), static_cast<std::ptrdiff_t>(begin));
  std::sort(first, to.end(),
            [](const auto& left, const auto& right) { return *left.from < *right.from; });
  to.erase(
      std::unique(first, to.end(),
                  [](const auto& left, const auto& right) { return *left.from == *right.from; }),
      to.end());
}

// Writes the union of two rows in order, and returns its end. Which row is next is as good as by
// chance, so that is no branch.
template <class Event>
queued<Event>* write_union(queued<Event>* to, std::span<const queued<Event>> left,
                           std::span<const queued<Event>> right) {
  const auto* one = left.data();
  const auto* other = right.data();
  const auto* const one_end = one + left.size();
  const auto* const other_end = other + right.size();
  while (one != one_end && other != other_end) {
    bool take_one = one->time < other->time;
    bool take_other = !take_one;
    if (one->time == other->time) {
      const auto order = *one->from <=> *other->from;
      take_one = order <= 0;
      take_other = order >= 0;
    }
    *to++ = *(take_one ? one : other);
    one += take_one ? 1 : 0;
    other += take_other ? 1 : 0;
  }
  return std::copy(other, other_end, std::copy(one, one_end, to));
}

/// Returns all events of the queues in ascending order, equal ones once, whatever order the queues
/// have. n events in k queues cost n log k comparisons where the queues are in order; one that is
/// not is sorted first. The pointers lead into the queues.
template <class Event>
std::vector<queued<Event>> merge_queues(std::span<const std::vector<Event>* const> queues) {
  row<Event> rows;
  std::vector<std::size_t> ends;
  for (const auto* queue : queues) {
    append_in_order(rows, *queue);
    ends.push_back(rows.size());
  }
  row<Event> merged(rows.size());
  while (ends.size() > 1) { // each row with the next, until one is left
    auto* to = merged.data();
    std::size_t begin = 0;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < ends.size(); i += 2) {
      const auto middle = ends[i];
      const auto end = ends[std::min(i + 1, ends.size() - 1)];
      const auto* from = rows.data();
      to = write_union<Event>(to, {from + begin, middle - begin}, {from + middle, end - middle});
      begin = end;
      ends[kept++] = static_cast<std::size_t>(to - merged.data());
    }
    ends.resize(kept);
    rows.swap(merged);
  }
  rows.resize(ends.empty() ? 0 : ends.front());
  return rows;
}

} // namespace libsync::detail
