#pragma once

/// What a client is to show, and what it sees of others, for any thread.

#include <atomic>
#include <concepts>
#include <memory>
#include <optional>
#include <utility>

#include "libsync/actors/detail/actor_ref.hpp"

#include "libsync/detail/brief_lock.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/presence.hpp"

namespace libsync::detail {

/// Data without presence have nothing to show.
template <class Data>
class presence_desk {};

/// Lies between a client and whoever uses it. It holds the newest value that the client has not
/// taken, so however fast that changes, one message wakes the client. All members are safe to call
/// from any thread.
template <has_presence Data>
class presence_desk<Data> {
public:
  using value = std::shared_ptr<const typename Data::presence>;

  /// Puts a value there, or null for none, in the place of one that was not taken. Returns what is
  /// to be delivered to the client now, if anything. If it throws, it has changed nothing.
  [[nodiscard]] letter put(value what) {
    const holding guard{lock_}; // what is replaced is destroyed after it
    auto wake = has_news() ? letter{} : write_letter(message::drain);
    replace(what);
    return wake;
  }

  /// The same in the client itself.
  void put_here(value what) noexcept {
    const holding guard{lock_};
    replace(what);
  }

  /// Returns what the client is to show, if that is new.
  [[nodiscard]] std::optional<value> take() noexcept {
    if (!has_news())
      return std::nullopt;
    const holding guard{lock_};
    has_news_.store(false, std::memory_order_relaxed);
    return std::exchange(own_, nullptr);
  }

  /// The client sees this.
  void show(presences<Data> what) noexcept {
    const holding guard{lock_};
    std::swap(seen_, what);
  }

  [[nodiscard]] presences<Data> seen() const noexcept {
    const holding guard{lock_};
    return seen_;
  }

private:
  [[nodiscard]] bool has_news() const noexcept { return has_news_.load(std::memory_order_acquire); }

  void replace(value& what) noexcept {
    own_.swap(what);
    has_news_.store(true, std::memory_order_release);
  }

  mutable brief_lock lock_;
  std::atomic<bool> has_news_{false};
  value own_;
  presences<Data> seen_;
};

/// Does not compile, with a sentence, where data have no presence.
template <class Data>
constexpr bool check_presence() {
  static_assert(has_presence<Data>,
                "libsync: the data have no type `presence` that can be copied: write `using "
                "presence = ...;` in their struct, which is the type of what clients show each "
                "other");
  return has_presence<Data>;
}

/// Calls `show(value)` with a value to show, shared, or with a null pointer for none. Does not
/// compile where data have no presence.
template <class Data, class Show>
void show_presence(Show show, presence_of<Data> value) {
  if constexpr (check_presence<Data>())
    show(shared<const presence_of<Data>>(std::move(value)));
}
template <class Data, class Show>
void show_presence(Show show) {
  if constexpr (check_presence<Data>())
    show(typename presence_desk<Data>::value{});
}

} // namespace libsync::detail
