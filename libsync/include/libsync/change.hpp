#pragma once

/// What an observer is told.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <utility>

#include "libsync/detail/callback_guard.hpp"
#include "libsync/ids.hpp"

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

/// Names an observer, so that it can be taken off again; 0 names none.
enum class observer_id : std::uint64_t { none = 0 };

/// Observers of one copy, told of an `Event` at a time. One that throws is isolated: the others are
/// told all the same, and it is told of the next event again. One that is taken off hears nothing
/// more, at once, also within a call.
template <class Event>
class observers {
public:
  /// Takes an observer; it is told from the next event on. An empty function is none.
  observer_id add(std::function<void(const Event&)> one) {
    if (!one)
      return observer_id::none;
    all_.push_back({observer_id{++last_id_}, std::move(one)});
    ++alive_;
    return all_.back().id;
  }

  /// Takes an observer off. Harmless if it is off already.
  void remove(observer_id which) noexcept {
    for (auto& one : all_)
      if (one.id == which && which != observer_id::none) {
        one.id = observer_id::none; // its function may be running
        --alive_;
      }
    if (!telling_)
      sweep();
  }

  /// Takes all observers off.
  void clear() noexcept {
    for (auto& one : all_)
      one.id = observer_id::none;
    alive_ = 0;
    if (!telling_)
      sweep();
  }

  [[nodiscard]] bool empty() const noexcept { return alive_ == 0; }

  /// How often an observer has thrown.
  [[nodiscard]] std::size_t thrown() const noexcept { return calls_.thrown(); }

  void tell(const Event& what) noexcept {
    telling_ = true;
    // By index, because an observer may add another.
    for (std::size_t i = 0, size = all_.size(); i < size; ++i)
      if (all_[i].id != observer_id::none)
        calls_([&] { all_[i].call(what); });
    telling_ = false;
    if (alive_ != all_.size())
      sweep();
  }

private:
  struct named {
    observer_id id;
    std::function<void(const Event&)> call;
  };

  void sweep() noexcept {
    std::erase_if(all_, [](const named& one) { return one.id == observer_id::none; });
  }

  // A deque, because one that is being called must stay where it is when another is added.
  std::deque<named> all_;
  std::size_t alive_ = 0;
  std::uint64_t last_id_ = 0;
  bool telling_ = false;
  isolation calls_;
};

} // namespace libsync
