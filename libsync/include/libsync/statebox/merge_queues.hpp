#pragma once

/// The events of several queues in one order.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <span>
#include <vector>

namespace libsync {

namespace detail {

template <class Event>
void append_in_order(std::vector<const Event*>& to, const std::vector<Event>& queue) {
  const auto begin = static_cast<std::ptrdiff_t>(to.size());
  bool ascending = true;
  for (const auto& next : queue) {
    ascending = ascending && (to.size() == static_cast<std::size_t>(begin) || *to.back() < next);
    to.push_back(&next);
  }
  if (ascending)
    return;
  const auto first = std::next(to.begin(), begin);
  std::sort(first, to.end(), [](const Event* left, const Event* right) { return *left < *right; });
  to.erase(std::unique(first, to.end(),
                       [](const Event* left, const Event* right) { return *left == *right; }),
           to.end());
}

// Appends two rows in order; what is in both once.
template <class Event>
void append_union(std::vector<const Event*>& to, std::span<const Event* const> left,
                  std::span<const Event* const> right) {
  auto one = left.begin();
  auto other = right.begin();
  while (one != left.end() && other != right.end()) {
    const auto order = **one <=> **other;
    to.push_back(order <= 0 ? *one : *other);
    one += order <= 0 ? 1 : 0;
    other += order >= 0 ? 1 : 0;
  }
  to.insert(to.end(), one, left.end());
  to.insert(to.end(), other, right.end());
}

} // namespace detail

/// Returns all events of the queues in ascending order, equal ones once, whatever order the queues
/// have. n events in k queues cost n log k comparisons where the queues are in order; one that is
/// not is sorted first. The queues that share most of their events should stand side by side. The
/// pointers lead into the queues.
template <class Event>
std::vector<const Event*> merge_queues(std::span<const std::vector<Event>* const> queues) {
  std::vector<const Event*> rows;
  std::vector<std::size_t> ends;
  for (const auto* queue : queues) {
    detail::append_in_order(rows, *queue);
    ends.push_back(rows.size());
  }
  std::vector<const Event*> merged;
  while (ends.size() > 1) { // each row with the next, until one is left
    merged.clear();
    merged.reserve(rows.size());
    std::size_t begin = 0;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < ends.size(); i += 2) {
      const auto last = ends[std::min(i + 1, ends.size() - 1)];
      detail::append_union<Event>(merged, {&rows[begin], ends[i] - begin},
                                  {&rows[ends[i]], last - ends[i]});
      begin = last;
      ends[kept++] = merged.size();
    }
    ends.resize(kept);
    rows.swap(merged);
  }
  return rows;
}

} // namespace libsync
