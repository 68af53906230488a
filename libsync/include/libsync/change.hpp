#pragma once

/// What an observer is told.

#include <cstddef>
#include <deque>
#include <functional>
#include <span>
#include <utility>

#include "libsync/ids.hpp"
#include "libsync/isolation.hpp"

namespace libsync {

/// One step of a copy: the submission that led to a version, and the data at that version. Where a
/// snapshot replaced the data there is no submission: `operations` is empty.
template <class Data>
struct change {
  version at = 0;
  client_id by{};
  submission_number number = 0;
  timestamp time = 0;
  std::span<const typename Data::operation> operations;
  const Data& data;
};

/// A function that is told of each change, in order, on the thread that applies it. It sees the
/// data by reference for the time of the call.
template <class Data>
using observer = std::function<void(const change<Data>&)>;

/// Observers of one copy, told of an `Event` at a time. One that throws is isolated: the others are
/// told all the same, and it is told of the next event again.
template <class Event>
class observers {
public:
  void add(std::function<void(const Event&)> one) {
    if (one)
      all_.push_back(std::move(one));
  }

  [[nodiscard]] bool empty() const noexcept { return all_.empty(); }

  /// How often an observer has thrown.
  [[nodiscard]] std::size_t thrown() const noexcept { return calls_.thrown(); }

  void tell(const Event& what) {
    // By index, because an observer may add another, which is told from the next event on.
    for (std::size_t i = 0, size = all_.size(); i < size; ++i)
      calls_([&] { all_[i](what); });
  }

private:
  std::deque<std::function<void(const Event&)>> all_;
  isolation calls_;
};

} // namespace libsync
