#pragma once

/// Boxes with stamps beside a model that is written apart: it keeps all events for ever, and knows
/// of each box which of them it has seen.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/outcome.hpp"
#include "libsync/statebox/composite.hpp"
#include "libsync/statebox/stamp.hpp"
#include "libsync/statebox/statebox.hpp"
#include "libsync/statebox/update.hpp"

namespace libsync::testing::detail {

template <class Data, std::size_t Origins>
class siblings {
public:
  using box = statebox<Data, stamp, Origins>;
  using what = typename box::what;

  struct sibling {
    box real;
    std::set<stamp> seen;
  };

  siblings(const Data& ancestor, std::size_t count) : ancestor_(ancestor) {
    const box root{ancestor, stamp{0, origin{1}}};
    all_.assign(std::max<std::size_t>(count, 1), {root, {}});
  }

  [[nodiscard]] std::size_t size() const { return all_.size(); }
  [[nodiscard]] const sibling& at(std::size_t i) const { return all_[i % all_.size()]; }
  /// Whether all origins, and that of the ancestor, are known one by one.
  [[nodiscard]] bool knows_all() const { return Origins > all_.size(); }

  /// Returns when that box is changed, by its origin, `later` milliseconds after its last change;
  /// at the same time only where the stamp is newer all the same.
  [[nodiscard]] stamp time_of_change(std::size_t i, timestamp later) const {
    const auto last = at(i).real.last_modified();
    stamp when{last.time + later, origin_of(i)};
    if (when <= last)
      ++when.time;
    return when;
  }

  /// Returns the stamp of a change of that box.
  [[nodiscard]] static stamp stamp_of(std::size_t i, timestamp time) {
    return {time, origin_of(i)};
  }

  /// Refused, changing nothing, if the box refuses.
  outcome modify(std::size_t i, stamp when, what change) {
    auto& [real, seen] = sibling_at(i);
    if (auto done = real.record(when, change); !done)
      return done;
    log_.emplace(when, std::move(change));
    seen.insert(when);
    return accepted();
  }

  /// Throws what a merge refuses.
  void merge(std::size_t i, std::size_t j) {
    auto& [real, seen] = sibling_at(i);
    real = merged(real.merge(at(j).real));
    seen.insert(at(j).seen.begin(), at(j).seen.end());
  }

  /// Merges what j has to tell to i; the whole of j if that is not enough.
  void tell(std::size_t i, std::size_t j) {
    auto& [real, seen] = sibling_at(i);
    auto told = apply_update(real, update_for(at(j).real, real.known()));
    if (!told)
      return merge(i, j);
    real = *std::move(told);
    seen.insert(at(j).seen.begin(), at(j).seen.end());
  }

  void merge_all() {
    for (std::size_t i = 1; i < size(); ++i)
      merge(0, i);
    for (std::size_t i = 1; i < size(); ++i)
      merge(i, 0);
  }

  void expire(std::size_t i, timestamp age) { note_drops(i, at(i).real.expire(age)); }
  void truncate(std::size_t i, std::ptrdiff_t count) {
    note_drops(i, *at(i).real.truncate(std::max<std::ptrdiff_t>(count, 0)));
  }

  /// Returns what all seen events, in order, make of the ancestor.
  [[nodiscard]] Data replay(const std::set<stamp>& seen) const {
    Data value = ancestor_;
    for (const auto& when : seen)
      if (auto done = step_wholly(value, log_.at(when)); !done)
        throw std::runtime_error("a change that was made cannot be replayed: " + done.reason());
    return value;
  }

  /// Returns what is wrong with a box that has seen these events; empty if nothing is.
  [[nodiscard]] std::string wrong(const box& real, const std::set<stamp>& seen) const {
    for (const auto& next : real.queue())
      if (!seen.contains(next.time) || !(log_.at(next.time) == next.what))
        return "an event in the queue is not what was done";
    for (std::size_t i = 1; i < real.queue().size(); ++i)
      if (!(real.queue()[i - 1].time < real.queue()[i].time))
        return "the queue is not in order";
    if (!dropped_ && real.queue().size() != seen.size())
      return "an event is missing";
    if (!dropped_ && knows_all() && real.may_have_lost())
      return "it is marked, though nothing was dropped";
    if (!real.may_have_lost() && !(real.value() == replay(seen)))
      return "the value is not what the events make of the ancestor";
    if (const auto again = box::from(real.to_parts()); !again)
      return "it cannot be made from its parts: " + again.reason();
    return {};
  }

  [[nodiscard]] std::string wrong(std::size_t i) const { return wrong(at(i).real, at(i).seen); }

  /// Returns what a merge made. Throws what it refused.
  [[nodiscard]] static box merged(result<box> made) {
    if (!made)
      throw std::runtime_error("siblings cannot be merged: " + made.reason());
    return *std::move(made);
  }

private:
  [[nodiscard]] static origin origin_of(std::size_t i) {
    return origin{(i * 7 + 3) % 64 + 2}; // whose order is not that of the boxes
  }

  [[nodiscard]] sibling& sibling_at(std::size_t i) { return all_[i % all_.size()]; }

  void note_drops(std::size_t i, box fewer) {
    auto& real = sibling_at(i).real;
    dropped_ = dropped_ || fewer.queue().size() < real.queue().size();
    real = std::move(fewer);
  }

  Data ancestor_;
  std::vector<sibling> all_;
  std::map<stamp, what> log_;
  bool dropped_ = false;
};

} // namespace libsync::testing::detail
