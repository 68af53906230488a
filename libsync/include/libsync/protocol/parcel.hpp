#pragma once

/// Submissions on the wire.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/ids.hpp"
#include "libsync/size_of.hpp"
#include "libsync/submission.hpp"

namespace libsync {

/// How a submission in a parcel differs from a single operation without a condition.
struct submission_shape {
  /// Which submission of the parcel, counted from 0.
  std::size_t index = 0;
  std::size_t operations = 1;
  bool transaction = false;
  std::optional<version> unchanged_since;
};

/// One message with consecutive submissions of one client, the first of which is `first`.
/// A client has one parcel in flight at most.
template <class Data>
struct parcel {
  client_id by{};
  epoch_id epoch{};
  submission_number first = 1;
  /// How many submissions.
  std::size_t count = 0;
  std::vector<typename Data::operation> operations;
  /// By ascending index; the other submissions are one operation each.
  std::vector<submission_shape> shapes;

  /// Returns the number after the last one.
  [[nodiscard]] submission_number end() const noexcept { return first + count; }
};

template <class Data>
using parcel_ptr = std::shared_ptr<const parcel<Data>>;

/// Consecutive submissions as they stand in a parcel: any number of single operations without a
/// condition, or one submission of another kind.
template <class Data>
struct parcel_group {
  submission_number first = 0;
  /// How many submissions.
  std::size_t count = 0;
  std::span<const typename Data::operation> operations;
  /// Null for single operations without a condition.
  const submission_shape* how = nullptr;
};

/// Calls `visit(parcel_group)` for all submissions from number `from` to before `until`, in order.
template <class Data, class Visit>
void for_each_group(const parcel<Data>& all, submission_number from, submission_number until,
                    Visit visit) {
  const std::size_t last = std::min(until, all.end()) - all.first;
  std::size_t done = 0;
  const auto* next = all.operations.data();
  const auto singles_until = [&](std::size_t end) {
    const submission_number first = all.first + done;
    const std::size_t size = end - done;
    const std::size_t skipped = from > first ? std::min<std::size_t>(from - first, size) : 0;
    if (skipped < size)
      visit(parcel_group<Data>{
          first + skipped, size - skipped, {next + skipped, size - skipped}, nullptr});
    next += size;
    done = end;
  };
  for (const submission_shape& how : all.shapes) {
    if (how.index >= last)
      break;
    singles_until(how.index);
    if (all.first + done >= from)
      visit(parcel_group<Data>{all.first + done, 1, {next, how.operations}, &how});
    next += how.operations;
    ++done;
  }
  singles_until(last);
}

/// Calls `visit(parcel_group)` for all submissions from number `from` on, in order.
template <class Data, class Visit>
void for_each_group(const parcel<Data>& all, submission_number from, Visit visit) {
  for_each_group(all, from, all.end(), std::move(visit));
}

namespace detail {

// Takes back what was appended to a parcel, unless it came to the end.
template <class Data>
class appending {
public:
  explicit appending(parcel<Data>& to) noexcept
      : to_(to), operations_(to.operations.size()), shapes_(to.shapes.size()) {}
  appending(const appending&) = delete;
  appending& operator=(const appending&) = delete;
  ~appending() {
    if (ended_)
      return;
    while (to_.operations.size() > operations_)
      to_.operations.pop_back();
    while (to_.shapes.size() > shapes_)
      to_.shapes.pop_back();
  }

  void end(std::size_t submissions) noexcept {
    to_.count += submissions;
    ended_ = true;
  }

private:
  parcel<Data>& to_;
  std::size_t operations_;
  std::size_t shapes_;
  bool ended_ = false;
};

} // namespace detail

/// Appends an operation without a condition to a parcel. If it throws, the parcel is as before; so
/// with the others. What is appended is left for the caller to destroy, who may hold a lock. Each
/// submission comes by here, and a call of `push_back` would save more registers than it uses.
template <class Data>
[[gnu::always_inline, gnu::flatten]] inline void append(parcel<Data>& to,
                                                        typename Data::operation&& op) {
  to.operations.push_back(std::move(op));
  ++to.count;
}

/// Appends a submission to a parcel.
template <class Data>
void append(parcel<Data>& to, submission<Data>&& one) {
  auto* all = std::get_if<transaction<Data>>(&one.what);
  if (all == nullptr && !one.unchanged_since)
    return append(to, std::move(std::get<typename Data::operation>(one.what)));
  detail::appending guard{to};
  submission_shape how{to.count, 1, all != nullptr, one.unchanged_since};
  if (all != nullptr) {
    auto&& operations = std::move(*all).operations();
    how.operations = operations.size();
    std::move(operations.begin(), operations.end(), std::back_inserter(to.operations));
  } else {
    to.operations.push_back(std::move(std::get<typename Data::operation>(one.what)));
  }
  to.shapes.push_back(how);
  guard.end(1);
}

/// Appends all submissions of another parcel.
template <class Data>
void append(parcel<Data>& to, parcel<Data>&& more) {
  detail::appending guard{to};
  for (submission_shape& how : more.shapes) {
    how.index += to.count;
    to.shapes.push_back(how);
  }
  std::move(more.operations.begin(), more.operations.end(), std::back_inserter(to.operations));
  guard.end(more.count);
}

/// Returns how many submissions of a parcel, from the first on, are within `most`; at least one.
template <class Data>
[[nodiscard]] std::size_t leading(const parcel<Data>& all, amount most) noexcept {
  if (amount_of(std::span{all.operations}).within(most)) [[likely]]
    return all.count;
  std::size_t count = 0;
  for_each_group(all, all.first, [&](const parcel_group<Data>& next) {
    if (count != next.first - all.first)
      return; // an earlier one did not fit
    const auto size = amount_of(next.operations);
    if (next.how == nullptr)
      count += leading(next.operations, most, most.bytes);
    else if (size.within(most))
      ++count;
    most = size.left_of(most);
  });
  return std::max<std::size_t>(count, 1);
}

/// Returns what of a parcel is left from number `from` on, as a parcel of its own.
template <class Data>
parcel<Data> rest_of(const parcel<Data>& all, submission_number from) {
  parcel<Data> rest{all.by, all.epoch, from, 0, {}, {}};
  for_each_group(all, from, [&](const parcel_group<Data>& next) {
    if (next.how != nullptr) {
      rest.shapes.push_back(*next.how);
      rest.shapes.back().index = rest.count;
    }
    rest.operations.insert(rest.operations.end(), next.operations.begin(), next.operations.end());
    rest.count += next.count;
  });
  return rest;
}

} // namespace libsync
