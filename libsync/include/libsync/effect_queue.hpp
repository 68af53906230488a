#pragma once

/// The side effects that a server still has to run.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <ostream>
#include <tuple>

#include "libsync/effects.hpp"
#include "libsync/ids.hpp"

namespace libsync {

/// Names an effect for ever, so that a handler recognises one that is handed to it again.
struct effect_key {
  epoch_id epoch{};
  /// The version of the submission that asked for it.
  version at = 0;
  /// Its place among the effects of that version, from 0 on.
  std::uint64_t index = 0;

  friend bool operator==(const effect_key&, const effect_key&) = default;

  // In the order in which they were asked for: an epoch that follows another goes on at a later
  // version.
  friend std::strong_ordering operator<=>(const effect_key& left, const effect_key& right) {
    return std::tie(left.at, left.index, left.epoch) <=>
           std::tie(right.at, right.index, right.epoch);
  }

  friend std::ostream& operator<<(std::ostream& out, const effect_key& key) {
    return out << "effect " << key.index << " of version " << key.at << " in " << key.epoch;
  }
};

/// Effects that are not reported done. Each is handed over once in a life of the server, in order,
/// and kept until it is reported done, so that a server's next life can hand it over again.
template <class Data>
class effect_queue {
public:
  explicit effect_queue(std::size_t limit) : limit_(limit) {}

  [[nodiscard]] std::size_t size() const noexcept { return undone_.size(); }
  [[nodiscard]] bool full() const noexcept { return undone_.size() >= limit_; }

  /// Takes what the submission that became version `at` of `epoch` has asked for.
  void take(epoch_id epoch, version at, effects<Data>& asked) {
    std::uint64_t index = 0;
    for (const auto& what : asked)
      undone_.emplace(effect_key{epoch, at, index++}, what);
    asked.clear();
  }

  /// Hands over what was not handed over in this life: `out.run(key, effect)` says whether it is
  /// done.
  template <class Out>
  void hand_over(Out& out) {
    for (auto next = first_left(); next != undone_.end();) {
      handed_ = next->first;
      next = out.run(next->first, next->second) ? undone_.erase(next) : std::next(next);
    }
  }

  /// Begins a new life: what is not reported done is handed over again.
  void begin_life() noexcept { handed_.reset(); }

  /// Forgets an effect that is reported done. Harmless if it was reported before.
  void finish(const effect_key& key) { undone_.erase(key); }

private:
  auto first_left() { return handed_ ? undone_.upper_bound(*handed_) : undone_.begin(); }

  std::size_t limit_;
  std::map<effect_key, typename effects<Data>::effect> undone_;
  std::optional<effect_key> handed_;
};

} // namespace libsync
