#pragma once

/// The side effects that a server still has to run.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include "libsync/effects.hpp"
#include "libsync/ids.hpp"

namespace libsync::detail {

/// Effects that are not done. Each is handed over once in a life of the server, in order,
/// and kept until it is done, so that a server's next life can hand it over again.
template <class Data>
class effect_queue {
public:
  explicit effect_queue(std::size_t limit) : limit_(limit) {}

  [[nodiscard]] std::size_t size() const noexcept { return undone_.size(); }
  [[nodiscard]] bool full() const noexcept { return undone_.size() >= limit_; }

  /// Takes what the submission that became `version` of `epoch` has asked for. It is the latest.
  void take(epoch_id epoch, libsync::version version, effects<Data>& asked) noexcept {
    asked.hand_over(epoch, version, undone_);
  }

  /// Hands over what was not handed over in this life: `out.run(key, effect)` says whether it is
  /// done. One out of which `out.run` throws counts as handed over.
  template <class Out>
  void hand_over(Out& out) {
    for (auto next = first_left(); next != undone_.end();) {
      handed_ = next->first;
      next = out.run(next->first, next->second) ? undone_.erase(next) : std::next(next);
    }
  }

  /// Hands one over again that is not done and was handed over in this life.
  template <class Out>
  void hand_over_again(const effect_key& key, Out& out) {
    const auto found = undone_.find(key);
    if (found == undone_.end() || !handed_ || *handed_ < key)
      return;
    if (out.run(key, found->second))
      undone_.erase(found);
  }

  /// One that is not done; null if there is none.
  [[nodiscard]] const typename effects<Data>::effect* find(const effect_key& key) const noexcept {
    const auto found = undone_.find(key);
    return found != undone_.end() ? &found->second : nullptr;
  }

  /// Calls `visit(key, effect)` for each that is not done, and was asked for after that version.
  template <class Visit>
  void for_each_after(libsync::version version, Visit visit) const {
    const effect_key last{epoch_id{std::numeric_limits<std::uint64_t>::max()}, version,
                          std::numeric_limits<std::uint64_t>::max()};
    for (auto next = undone_.upper_bound(last); next != undone_.end(); ++next)
      visit(next->first, next->second);
  }

  /// None but these are not done. None of them was handed over.
  void restore(typename effects<Data>::nodes undone) noexcept {
    undone_ = std::move(undone);
    handed_.reset();
  }

  /// Begins a new life: what is not done is handed over again.
  void begin_life() noexcept { handed_.reset(); }

  /// Forgets an effect that is done. Harmless if it was done before.
  void done(const effect_key& key) noexcept { undone_.erase(key); }

private:
  auto first_left() { return handed_ ? undone_.upper_bound(*handed_) : undone_.begin(); }

  std::size_t limit_;
  typename effects<Data>::nodes undone_;
  std::optional<effect_key> handed_;
};

} // namespace libsync::detail
