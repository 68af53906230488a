#pragma once

/// Watchers of data of one type.

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "libsync/actors/detail/watch/watch_base.hpp"

#include "libsync/change.hpp"
#include "libsync/detail/brief_lock.hpp"
#include "libsync/detail/watch/backlog.hpp"
#include "libsync/detail/watch/seen.hpp"
#include "libsync/ids.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/watch.hpp"

namespace libsync::detail {

/// What a client does with a watcher, in its actor.
template <class Data>
class data_watch : public watch_base {
public:
  using watch_base::watch_base;

  /// Whether it is to be told each version by `follow`; else the newest one by `look`.
  [[nodiscard]] virtual bool wants_each() const noexcept = 0;
  /// The data as they are now: where a watcher begins, and at the end of a message. Only `project`
  /// is called; `tell` does the rest, once nobody keeps the data as they are.
  virtual void look(const Data& data, libsync::version version) noexcept = 0;
  void tell() noexcept {
    this->look_on_clients_side([this] {
      if (this->waiting() != 0)
        this->call_soon();
    });
  }
  /// One version, which is told at once.
  virtual void follow(const change<Data>& what) noexcept = 0;
};

template <class Data>
using data_watch_ptr = std::shared_ptr<data_watch<Data>>;

/// What a client is sent.
template <class Data, replica_mode Mode>
struct watch_request {
  data_watch_ptr<Data> what;
};

/// The functions of the user's. One may be destroyed while the watcher lives on.
template <class Project, class OnChange>
struct watch_functions {
  Project project;
  OnChange on_change;
};

template <class Value, class OnChange>
void tell_watcher(OnChange& on_change, const sighting<Value>& what, every_version) {
  std::invoke(on_change, watched<Value>{*what.value, what.version, what.gap});
}

template <class Value, class OnChange>
void tell_watcher(OnChange& on_change, const sighting<Value>& what, latest_only) {
  if constexpr (std::invocable<OnChange&, const Value&, libsync::version>)
    std::invoke(on_change, *what.value, what.version);
  else
    std::invoke(on_change, *what.value);
}

/// A watcher whose values are made in the client. They wait in a backlog until they are told, in
/// the client at once.
template <class Data, class Project, class OnChange, watch_delivery How>
class queued_watch final : public data_watch<Data> {
  using value = projected<Project, Data>;
  static constexpr bool each = std::same_as<How, every_version>;

public:
  queued_watch(Project project, OnChange on_change, How how, watch_options options)
      : data_watch<Data>(std::move(options)),
        waiting_(limit_of(how), each ? overflow::leaves_a_gap : overflow::replaces) {
    functions_.emplace(std::move(project), std::move(on_change));
  }

  [[nodiscard]] bool wants_each() const noexcept override { return each && !this->has_ended(); }

  void look(const Data& data, libsync::version version) noexcept override {
    this->look_on_clients_side([&] {
      put([&] {
        auto&& now = std::invoke(functions_->project, data);
        if constexpr (each)
          return seen_.next(std::forward<decltype(now)>(now), version, true);
        else
          return seen_.newest(std::forward<decltype(now)>(now), version);
      });
    });
  }

  void follow(const change<Data>& what) noexcept override {
    this->look_on_clients_side([&] {
      if (put([&] {
            return seen_.next(std::invoke(functions_->project, what.data), what.version,
                              what.operations.empty());
          }))
        this->call_soon();
    });
  }

private:
  static std::size_t limit_of(const every_version& how) noexcept { return how.limit; }
  static std::size_t limit_of(const latest_only&) noexcept { return 1; }

  // Returns whether there is something new to tell.
  template <class Find>
  bool put(Find find) noexcept {
    try {
      auto found = find();
      if (!found)
        return false;
      std::optional<sighting<value>> replaced; // is destroyed without the lock
      const holding guard{lock_};
      replaced = waiting_.push(*std::move(found));
      return true;
    } catch (...) {
      seen_.miss();
      this->report();
      return false;
    }
  }

  bool call_once() noexcept override {
    std::optional<sighting<value>> one;
    {
      const holding guard{lock_};
      one = waiting_.pop();
    }
    if (!one)
      return false;
    this->count_call();
    try {
      tell_watcher(functions_->on_change, *one, How{});
    } catch (...) {
      this->report();
    }
    return true;
  }

  [[nodiscard]] std::size_t waiting() const noexcept override {
    const holding guard{lock_};
    return waiting_.size();
  }

  [[nodiscard]] std::uint64_t passed_over() const noexcept override {
    const holding guard{lock_};
    return waiting_.replaced();
  }

  void dispose() noexcept override { functions_.reset(); }

  std::optional<watch_functions<Project, OnChange>> functions_;
  seen_values<value> seen_; // on the client's side
  mutable brief_lock lock_;
  backlog<value> waiting_;
};

/// A watcher of the newest value, which it makes itself when it is called, on the user's side: at
/// most once a poll, however often the data have changed. Any thread may read a `Copy`.
template <class Data, class Copy, class Project, class OnChange>
class polled_watch final : public data_watch<Data> {
  using value = projected<Project, Data>;

public:
  polled_watch(Project project, OnChange on_change, watch_options options,
               std::shared_ptr<Copy> copy)
      : data_watch<Data>(std::move(options)), copy_(std::move(copy)) {
    functions_.emplace(std::move(project), std::move(on_change));
  }

  /// To be called before a client knows it: what is there is told at the first poll.
  void begin() noexcept {
    if (!copy_->has_data())
      return;
    changed_ = true;
    this->tell();
  }

  [[nodiscard]] bool wants_each() const noexcept override { return false; }
  void look(const Data&, libsync::version) noexcept override {
    changed_.store(true, std::memory_order_seq_cst);
  }
  void follow(const change<Data>&) noexcept override {}

private:
  bool call_once() noexcept override {
    if (!changed_.exchange(false, std::memory_order_seq_cst))
      return false;
    try {
      std::optional<sighting<value>> found;
      copy_->read([&](const Data& data, libsync::version version) {
        found = seen_.newest(std::invoke(functions_->project, data), version);
      });
      if (!found)
        return false;
      this->count_call();
      tell_watcher(functions_->on_change, *found, latest_only{});
    } catch (...) {
      this->report();
    }
    return true;
  }

  [[nodiscard]] std::size_t waiting() const noexcept override {
    return changed_.load(std::memory_order_seq_cst) ? 1 : 0;
  }

  void dispose() noexcept override { functions_.reset(); }

  std::optional<watch_functions<Project, OnChange>> functions_;
  seen_values<value> seen_; // on the user's side
  std::atomic<bool> changed_{false};
  std::shared_ptr<Copy> copy_;
};

} // namespace libsync::detail
