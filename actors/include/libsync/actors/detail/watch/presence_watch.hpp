#pragma once

/// Watchers of what clients show.

#include <atomic>
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "libsync/actors/detail/client/presence_desk.hpp"
#include "libsync/actors/detail/watch/watch_base.hpp"
#include "libsync/actors/watcher.hpp"

#include "libsync/presence.hpp"

namespace libsync::detail {

/// What a client does with such a watcher, in its actor.
template <has_presence Data>
class any_presence_watch : public watch_base {
public:
  using watch_base::watch_base;

  /// The client has taken it, and puts what it sees there.
  void begin(std::shared_ptr<const presence_desk<Data>> desk) noexcept {
    look_on_clients_side([&] { desk_ = std::move(desk); });
    look_again();
  }

  /// What is seen may have changed.
  void look_again() noexcept {
    look_on_clients_side([this] {
      changed_.store(true, std::memory_order_seq_cst);
      call_soon();
    });
  }

protected:
  // On the user's side. A call looks at the desk itself, so it is told the newest.
  std::shared_ptr<const presence_desk<Data>> desk_;
  std::atomic<bool> changed_{false};

private:
  [[nodiscard]] std::size_t waiting() const noexcept final {
    return changed_.load(std::memory_order_seq_cst) ? 1 : 0;
  }
};

template <has_presence Data>
using presence_watch_ptr = std::shared_ptr<any_presence_watch<Data>>;

template <has_presence Data, class OnChange>
class presence_watch final : public any_presence_watch<Data> {
public:
  presence_watch(OnChange on_change, watch_options options)
      : any_presence_watch<Data>(std::move(options)), on_change_(std::move(on_change)) {}

private:
  bool call_once() noexcept override {
    if (!this->changed_.exchange(false, std::memory_order_seq_cst))
      return false;
    auto now = this->desk_->seen();
    if (now == told_)
      return false;
    told_ = now;
    this->count_call();
    try {
      std::invoke(*on_change_, std::as_const(now));
    } catch (...) {
      this->report();
    }
    return true;
  }

  void dispose() noexcept override {
    on_change_.reset();
    told_ = {};
  }

  std::optional<OnChange> on_change_;
  presences<Data> told_;
};

/// What a client is sent: a value to show, or null for none; somebody who watches; and where to put
/// what it sees.
template <has_presence Data>
struct presence_wish {
  typename presence_desk<Data>::value what;
};
template <has_presence Data>
struct presence_watch_request {
  presence_watch_ptr<Data> what;
};
template <has_presence Data>
struct presence_question {
  std::shared_ptr<presences<Data>> answer;
};

/// Makes a watcher that a client is to tell; null, after an error in a sentence, if it cannot.
template <class Data, class OnChange>
auto make_presence_watch(OnChange on_change, watch_options options) {
  if constexpr (check_presence<Data>()) {
    constexpr bool tells = std::invocable<OnChange&, const presences<Data>&>;
    static_assert(tells, "libsync: the function of a watcher of what clients show takes a `const "
                         "libsync::presences<Data>&`");
    presence_watch_ptr<Data> made;
    if constexpr (tells)
      made = std::make_shared<presence_watch<Data, OnChange>>(std::move(on_change),
                                                              std::move(options));
    return made;
  } else {
    return std::shared_ptr<watch_base>{};
  }
}

} // namespace libsync::detail
