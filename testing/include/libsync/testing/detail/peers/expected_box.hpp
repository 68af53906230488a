#pragma once

/// What a simulation expects of every statebox.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "libsync/statebox/composite.hpp"
#include "libsync/statebox/event.hpp"
#include "libsync/statebox/stamp.hpp"

#include "libsync/testing/detail/broken.hpp"
#include "libsync/testing/digest.hpp"

namespace libsync::testing::detail {

/// All events that there are, with the initial data.
template <class Data>
class event_history {
  using list = typename composite<typename Data::operation>::list;

public:
  using event = libsync::event<typename Data::operation, stamp>;

  explicit event_history(Data initial) : initial_(std::move(initial)) {}

  /// Returns the number of a new event.
  std::size_t add(event next) {
    const auto place = std::upper_bound(
        order_.begin(), order_.end(), next.time,
        [this](const stamp& when, std::size_t other) { return when < all_[other].time; });
    order_.insert(place, all_.size());
    all_.push_back(std::move(next));
    return all_.size() - 1;
  }

  /// The same for the acceptance of a loss, which is no operation but counts as a change.
  std::size_t add_acceptance(const stamp& when) {
    acceptances_.push_back(add({when, composite<typename Data::operation>{list{}}}));
    return acceptances_.back();
  }
  [[nodiscard]] const std::vector<std::size_t>& acceptances() const noexcept {
    return acceptances_;
  }

  [[nodiscard]] const Data& initial() const noexcept { return initial_; }
  [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
  [[nodiscard]] const event& operator[](std::size_t number) const { return all_[number]; }
  /// The numbers of all, in the order of time.
  [[nodiscard]] const std::vector<std::size_t>& order() const noexcept { return order_; }

private:
  Data initial_;
  std::vector<event> all_;
  std::vector<std::size_t> order_;
  std::vector<std::size_t> acceptances_;
};

/// Which events a box has seen, and what they make of the initial data, one by one.
template <class Data>
class expected_box {
public:
  /// By the numbers of events.
  using seen = std::vector<bool>;

  explicit expected_box(const event_history<Data>& history)
      : data_(history.initial()), digest_(digest_of(data_)) {}

  /// Takes an event that is later than all others.
  void append(const event_history<Data>& history, std::size_t number) {
    see(number);
    replay(history[number]);
    digest_ = digest_of(data_);
  }

  /// Takes what another box has seen.
  void merge(const event_history<Data>& history, const seen& other) {
    bool is_new = false;
    for (std::size_t number = 0; number < other.size(); ++number)
      if (other[number] && !has(number)) {
        see(number);
        is_new = true;
      }
    if (!is_new)
      return;
    data_ = history.initial();
    for (const auto number : history.order())
      if (has(number))
        replay(history[number]);
    digest_ = digest_of(data_);
  }

  [[nodiscard]] const seen& all() const noexcept { return seen_; }
  [[nodiscard]] bool has(std::size_t number) const {
    return number < seen_.size() && seen_[number];
  }
  [[nodiscard]] std::uint64_t digest() const noexcept { return digest_; }
  [[nodiscard]] const Data& data() const noexcept { return data_; }

private:
  void see(std::size_t number) {
    if (number >= seen_.size())
      seen_.resize(number + 1);
    seen_[number] = true;
  }

  void replay(const typename event_history<Data>::event& next) {
    const auto done = step_wholly(data_, next.what);
    require(done.accepted(), "the event at ", next.time,
            " is refused where it is replayed: ", done.reason());
  }

  Data data_;
  std::uint64_t digest_;
  seen seen_;
};

} // namespace libsync::testing::detail
