#pragma once

/// Values by which a reducer asks for side effects.

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <ostream>
#include <tuple>
#include <utility>

#include "libsync/ids.hpp"

namespace libsync {

/// Names an effect for ever, so that a handler recognises one that is handed to it again.
struct effect_key {
  epoch_id epoch{};
  /// The version of the submission that asked for it.
  libsync::version version = 0;
  /// Its place among the effects of that version, from 0 on.
  std::uint64_t index = 0;

  friend bool operator==(const effect_key&, const effect_key&) = default;

  // In the order in which they were asked for: an epoch that follows another goes on at a later
  // version.
  friend std::strong_ordering operator<=>(const effect_key& left, const effect_key& right) {
    return std::tie(left.version, left.index, left.epoch) <=>
           std::tie(right.version, right.index, right.epoch);
  }

  friend std::ostream& operator<<(std::ostream& out, const effect_key& key) {
    return out << "effect " << key.index << " of version " << key.version << " in " << key.epoch;
  }
};

/// Stands for the effect type of data that has no nested type `effect`.
struct no_effect {
  friend bool operator==(const no_effect&, const no_effect&) = default;
};

namespace detail {

template <class Data>
struct effect_of {
  using type = no_effect;
};

template <class Data>
requires requires {
  typename Data::effect;
}
struct effect_of<Data> {
  using type = typename Data::effect;
};

} // namespace detail

/// The effects that reducers asked for, in order. A reducer has no side effects of its own. It
/// describes them as values, which the server alone runs, after commit. Replicas and replay drop
/// them. The adapter drops those of an operation that was refused.
template <class Data>
class effects {
public:
  using effect = typename detail::effect_of<Data>::type;
  // A map from the beginning, because its nodes go over to another map without an allocation:
  // once an operation is accepted, nothing that it asked for can be lost.
  using nodes = std::map<effect_key, effect>;

  class iterator {
  public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = effect;
    using difference_type = std::ptrdiff_t;
    using pointer = const effect*;
    using reference = const effect&;

    iterator() = default;
    explicit iterator(typename nodes::const_iterator at) : at_(at) {}

    reference operator*() const { return at_->second; }
    pointer operator->() const { return &at_->second; }
    iterator& operator++() {
      ++at_;
      return *this;
    }
    iterator operator++(int) { return iterator{at_++}; }
    friend bool operator==(const iterator&, const iterator&) = default;

  private:
    typename nodes::const_iterator at_;
  };

  /// Asks for `what`, to be run once the current operation is accepted.
  void emit(effect what) {
    const std::uint64_t index = asked_.size();
    asked_.emplace_hint(asked_.end(), effect_key{epoch_id::none, 0, index}, std::move(what));
  }

  [[nodiscard]] std::size_t size() const noexcept { return asked_.size(); }
  [[nodiscard]] bool empty() const noexcept { return asked_.empty(); }
  [[nodiscard]] iterator begin() const noexcept { return iterator{asked_.begin()}; }
  [[nodiscard]] iterator end() const noexcept { return iterator{asked_.end()}; }

  /// Forgets all but the first `count`.
  void truncate(std::size_t count) noexcept {
    while (asked_.size() > count)
      asked_.erase(std::prev(asked_.end()));
  }

  void clear() noexcept { asked_.clear(); }

  /// Moves all of them to the end of `to`, as those of version `made` of `epoch`.
  void hand_over(epoch_id epoch, version made, nodes& to) noexcept {
    while (!asked_.empty()) {
      auto node = asked_.extract(asked_.begin());
      node.key().epoch = epoch;
      node.key().version = made;
      to.insert(to.end(), std::move(node));
    }
  }

private:
  nodes asked_;
};

/// Data without effects: nothing can be asked for, which costs nothing.
template <class Data>
requires std::same_as<typename detail::effect_of<Data>::type, no_effect>
class effects<Data> {
public:
  using effect = no_effect;
  using nodes = std::map<effect_key, effect>;
  using iterator = const effect*;

  [[nodiscard]] std::size_t size() const noexcept { return 0; }
  [[nodiscard]] bool empty() const noexcept { return true; }
  [[nodiscard]] iterator begin() const noexcept { return nullptr; }
  [[nodiscard]] iterator end() const noexcept { return nullptr; }
  void truncate(std::size_t) noexcept {}
  void clear() noexcept {}
  void hand_over(epoch_id, version, nodes&) noexcept {}
};

} // namespace libsync
