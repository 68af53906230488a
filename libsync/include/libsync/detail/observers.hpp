#pragma once

/// The observers of one copy.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <utility>

#include "libsync/change.hpp"
#include "libsync/detail/callback_guard.hpp"

namespace libsync::detail {

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
    // As many as there are now, because an observer may add another.
    auto one = all_.begin();
    for (auto left = all_.size(); left > 0; --left, ++one)
      if (one->id != observer_id::none)
        calls_([&] { one->call(what); });
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

  // A list, because one that is being called must stay where it is when another is added.
  std::list<named> all_;
  std::size_t alive_ = 0;
  std::uint64_t last_id_ = 0;
  bool telling_ = false;
  callback_guard calls_;
};

} // namespace libsync::detail
