#pragma once

/// Operations that a server submits at their time.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/reason.hpp"

namespace libsync {

/// An operation that a server submits at its time, as a journal keeps it.
template <class Data>
struct stored_timer {
  std::string name;
  timestamp time = 0;
  typename Data::operation op;
};

/// Operations by the time at which they are due. Those of the same time come in the order in which
/// they were set. Each has a name, and one that is set under the name of another replaces it.
template <class Data>
class timers {
public:
  using operation = typename Data::operation;
  /// Names one setting of a timer, and orders all of them.
  using place = std::pair<timestamp, std::uint64_t>;

  explicit timers(std::size_t limit) noexcept : limit_(limit) {}

  [[nodiscard]] std::size_t size() const noexcept { return due_.size(); }

  /// When the next one is due; nothing if there is none.
  [[nodiscard]] std::optional<timestamp> next() const noexcept {
    return due_.empty() ? std::nullopt : std::optional{due_.begin()->first.first};
  }

  /// Sets one. Refused if there are as many as may be. If it throws, nothing is changed.
  outcome set(std::string name, timestamp time, operation op) {
    const auto before = names_.find(name);
    if (before == names_.end() && due_.size() >= limit_)
      return refused(
          reason{std::to_string(due_.size()) + " timers are set, and that is the limit `timers`"});
    const place at{time, next_place_};
    if (before != names_.end()) {
      due_.emplace(at, one{std::move(name), std::move(op)});
      due_.erase(std::exchange(before->second, at));
    } else {
      const auto named = names_.emplace(name, at).first;
      try {
        due_.emplace(at, one{std::move(name), std::move(op)});
      } catch (...) {
        names_.erase(named);
        throw;
      }
    }
    ++next_place_;
    ++changes_;
    return accepted();
  }

  /// Returns whether there was one of that name.
  bool cancel(const std::string& name) noexcept {
    const auto found = names_.find(name);
    if (found == names_.end())
      return false;
    due_.erase(found->second);
    names_.erase(found);
    ++changes_;
    return true;
  }

  /// Grows with each change.
  [[nodiscard]] std::uint64_t changes() const noexcept { return changes_; }

  /// Calls `visit(number, name, time, operation)` for each, where the number names its setting.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& [at, next] : due_)
      visit(at.second, next.name, at.first, next.op);
  }

  /// Sets those that were set before, by the numbers of their settings, and forgets all others. If
  /// it throws, nothing is changed.
  void restore(const std::map<std::uint64_t, stored_timer<Data>>& all) {
    timers next{limit_};
    for (const auto& [number, timer] : all) {
      const place at{timer.time, number};
      next.due_.emplace(at, one{timer.name, timer.op});
      next.names_.insert_or_assign(timer.name, at);
      next.next_place_ = number + 1;
    }
    next.changes_ = changes_ + 1;
    *this = std::move(next);
  }

  /// Calls `submit(operation)` for each that is due at `now`, and removes it as soon as its
  /// operation is decided, which `decided()` counts. If `submit` throws before that, it stays, and
  /// fires when this is called again. So do the rest once `submit` returns false.
  template <class Decided, class Submit>
  void fire(timestamp now, Decided decided, Submit submit) {
    for (bool goes_on = true; goes_on && !due_.empty() && due_.begin()->first.first <= now;) {
      const auto [at, next] = *due_.begin();
      const auto before = decided();
      try {
        goes_on = submit(next.op);
      } catch (...) {
        if (decided() != before)
          remove(at, next.name);
        throw;
      }
      remove(at, next.name);
    }
  }

private:
  // Unless it was set anew meanwhile.
  void remove(const place& at, const std::string& name) noexcept {
    if (due_.contains(at))
      cancel(name);
  }

  struct one {
    std::string name;
    operation op;
  };

  std::size_t limit_;
  std::uint64_t next_place_ = 0;
  std::uint64_t changes_ = 0;
  std::map<place, one> due_;
  std::map<std::string, place> names_;
};

} // namespace libsync
