#pragma once

/// Boxes with stamps beside a model that is written apart: it keeps all events for ever, and knows
/// of each box which of them it has seen.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "libsync/statebox/statebox.hpp"
#include "libsync/statebox/update.hpp"

#include "support/script.hpp"

template <class Data, std::size_t Origins = 1024>
class siblings {
public:
  using box = libsync::statebox<Data, libsync::stamp, Origins>;
  using what = typename box::what;
  using events = std::map<libsync::stamp, what>;

  struct sibling {
    box real;
    std::set<libsync::stamp> seen;
  };

  siblings(const Data& ancestor, int count) : ancestor_(ancestor) {
    const box root{ancestor, libsync::stamp{0, libsync::origin{1}}};
    for (int i = 0; i < count; ++i)
      all_.push_back({root, {}});
  }

  [[nodiscard]] std::size_t size() const { return all_.size(); }
  [[nodiscard]] sibling& at(std::size_t i) { return all_[i]; }
  [[nodiscard]] const sibling& at(std::size_t i) const { return all_[i]; }
  /// Whether all origins, and that of the ancestor, are known one by one.
  [[nodiscard]] bool knows_all() const { return Origins > all_.size(); }

  /// Returns when that box is changed, by its origin, `later` milliseconds after its last change;
  /// at the same time only where the stamp is newer all the same.
  [[nodiscard]] libsync::stamp time_of_change(std::size_t i, int later) const {
    const auto last = all_[i].real.last_modified();
    libsync::stamp when{last.time + later, origin_of(i)};
    if (when <= last)
      ++when.time;
    return when;
  }

  void modify(std::size_t i, int later, what change) {
    const auto when = time_of_change(i, later);
    auto& [real, seen] = all_[i];
    log_.emplace(when, change);
    seen.insert(when);
    if (auto done = real.record(when, std::move(change)); !done)
      throw std::logic_error("a change was refused: " + done.reason());
  }

  void merge(std::size_t i, std::size_t j) {
    all_[i].real = *all_[i].real.merge(all_[j].real);
    all_[i].seen.insert(all_[j].seen.begin(), all_[j].seen.end());
  }

  /// Merges what j has to tell to i; the whole of j if that is not enough.
  void tell(std::size_t i, std::size_t j) {
    auto& [real, seen] = all_[i];
    auto told = libsync::apply_update(real, libsync::update_for(all_[j].real, real.known()));
    if (!told)
      return merge(i, j);
    real = *std::move(told);
    seen.insert(all_[j].seen.begin(), all_[j].seen.end());
  }

  void expire(std::size_t i, libsync::timestamp age) { note_drops(i, all_[i].real.expire(age)); }
  void truncate(std::size_t i, std::ptrdiff_t count) {
    note_drops(i, *all_[i].real.truncate(count));
  }

  /// Returns what all seen events, in order, make of the ancestor.
  [[nodiscard]] Data replay(const std::set<libsync::stamp>& seen) const {
    Data value = ancestor_;
    for (const auto& when : seen)
      if (auto done = libsync::step_wholly(value, log_.at(when)); !done)
        throw std::logic_error("the model refuses: " + done.reason());
    return value;
  }

  /// Returns what is wrong with a box that has seen these events; empty if nothing is.
  [[nodiscard]] std::string wrong(const box& real, const std::set<libsync::stamp>& seen) const {
    for (const auto& next : real.queue())
      if (!seen.contains(next.time) || !(log_.at(next.time) == next.what))
        return "an event in the queue is not what was done";
    for (std::size_t i = 1; i < real.queue().size(); ++i)
      if (!(real.queue()[i - 1].time < real.queue()[i].time))
        return "the queue is not in order";
    if (!dropped_ && real.queue().size() != seen.size())
      return "an event is missing";
    if (!dropped_ && knows_all() && real.may_have_lost())
      return "marked, though nothing was dropped";
    if (!real.may_have_lost() && !(real.value() == replay(seen)))
      return "the value is not what the events make";
    if (!box::from(real.to_parts()))
      return "it cannot be made from its parts: " + box::from(real.to_parts()).reason();
    return {};
  }

  [[nodiscard]] std::string wrong(std::size_t i) const { return wrong(all_[i].real, all_[i].seen); }

private:
  [[nodiscard]] static libsync::origin origin_of(std::size_t i) {
    return libsync::origin{(i * 7 + 3) % 64 + 2}; // whose order is not that of the boxes
  }

  void note_drops(std::size_t i, box fewer) {
    const auto before = all_[i].real.queue().size();
    all_[i].real = std::move(fewer);
    dropped_ = dropped_ || all_[i].real.queue().size() < before;
  }

  Data ancestor_;
  std::vector<sibling> all_;
  events log_;
  bool dropped_ = false;
};
