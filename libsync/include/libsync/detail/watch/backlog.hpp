#pragma once

/// The values that wait until a watcher is called.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <utility>

#include "libsync/detail/fifo.hpp"
#include "libsync/detail/watch/seen.hpp"

namespace libsync::detail {

/// What a full backlog does with the newest value, which replaces the last one that waits.
enum class overflow {
  /// The newest is all that is wanted.
  replaces,
  /// A value is missing then, and the newest one says so.
  leaves_a_gap,
};

/// A bounded queue of values. It runs no function of the user's, as long as the values that are
/// replaced and taken out are shared with somebody; the caller keeps them until no lock is held.
template <class Value>
class backlog {
public:
  /// Throws std::invalid_argument if the limit is 0.
  backlog(std::size_t limit, overflow how) : limit_(limit), how_(how) {
    if (limit == 0)
      throw std::invalid_argument("libsync: the limit of a watcher is 0, expected at least 1: its "
                                  "newest value must have a place");
    waiting_.make_room(1);
  }

  /// Puts a value in. Returns the one that it replaces, if it does: also if there is no memory for
  /// one more place.
  std::optional<sighting<Value>> push(sighting<Value> one) noexcept {
    if (waiting_.size() < limit_ && has_room())
      return waiting_.push(std::move(one)), std::nullopt;
    auto& last = waiting_.last(1)[0];
    if (how_ == overflow::leaves_a_gap) {
      one.gap = true;
      ++replaced_;
    }
    std::swap(last, one);
    return one;
  }

  /// Takes the first value out, if there is one.
  std::optional<sighting<Value>> pop() noexcept {
    return waiting_.empty() ? std::nullopt : std::optional{waiting_.pop()};
  }

  [[nodiscard]] std::size_t size() const noexcept { return waiting_.size(); }

  /// How many values were replaced and left a gap.
  [[nodiscard]] std::uint64_t replaced() const noexcept { return replaced_; }

private:
  // There always is for the first one.
  bool has_room() noexcept {
    try {
      waiting_.make_room(1);
      return true;
    } catch (...) {
      return false;
    }
  }

  std::size_t limit_;
  overflow how_;
  fifo<sighting<Value>> waiting_;
  std::uint64_t replaced_ = 0;
};

} // namespace libsync::detail
