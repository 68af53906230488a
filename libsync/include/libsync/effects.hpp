#pragma once

/// Values by which a reducer asks for side effects.

#include <cstddef>
#include <utility>
#include <vector>

namespace libsync {

/// Stands for the effect type of data that has no nested type `effect`.
struct no_effect {};

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

/// The effects that reducers asked for, in order. A reducer has no side effects of its own: it
/// describes them as values, which the server alone runs, after commit. Replicas and replay drop
/// them, and so does the adapter for an operation that was refused.
template <class Data>
class effects {
public:
  using effect = typename detail::effect_of<Data>::type;

  /// Asks for `what`, to be run once the operation at hand is accepted.
  void emit(effect what) { list_.push_back(std::move(what)); }

  [[nodiscard]] std::size_t size() const noexcept { return list_.size(); }
  [[nodiscard]] bool empty() const noexcept { return list_.empty(); }
  [[nodiscard]] auto begin() const noexcept { return list_.begin(); }
  [[nodiscard]] auto end() const noexcept { return list_.end(); }

  /// Forgets all but the first `count`.
  void truncate(std::size_t count) {
    while (list_.size() > count)
      list_.pop_back();
  }

  void clear() noexcept { list_.clear(); }

private:
  std::vector<effect> list_;
};

} // namespace libsync
