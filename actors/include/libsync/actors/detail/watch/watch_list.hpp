#pragma once

/// The watchers that a client tells.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "libsync/actors/detail/watch/watches.hpp"

#include "libsync/change.hpp"
#include "libsync/ids.hpp"

namespace libsync::detail {

/// The watchers of a client, for use in its actor. Those that have ended are swept out when others
/// come, so that the list is at most about twice as long as it must be. A watcher's function may
/// call anything here.
template <class Data>
class watch_list {
public:
  /// Takes a watcher. If it throws, it has not.
  void add(data_watch_ptr<Data> one) {
    if (all_.size() >= sweep_at_ && !telling_) {
      sweep();
      sweep_at_ = std::max<std::size_t>(8, 2 * all_.size());
    }
    all_.push_back(std::move(one));
  }

  void clear() noexcept {
    for (const auto& one : all_)
      thrown_of_former_ += one->thrown();
    const auto former = std::exchange(all_, {});
  }

  [[nodiscard]] bool wants_each() const noexcept {
    return std::ranges::any_of(all_, [](const auto& one) { return one->wants_each(); });
  }

  /// Tells each version to those who want that.
  void follow(const change<Data>& what) noexcept {
    for_each([&](data_watch<Data>& one) {
      if (one.wants_each())
        one.follow(what);
    });
  }

  /// Shows the others what a replica shows, if that is new. Their functions are called once nobody
  /// keeps the data as they are. What changes meanwhile they are shown after that.
  template <class Replica>
  void show(const Replica& from) noexcept {
    while (!telling_ && from.has_data() && std::exchange(shown_, stage{from}) != stage{from}) {
      look(from, [this](const Data& data, libsync::version version) {
        for_each([&](data_watch<Data>& one) {
          if (!one.wants_each())
            one.look(data, version);
        });
      });
      for_each([](data_watch<Data>& one) {
        if (!one.wants_each())
          one.tell();
      });
    }
  }

  /// Shows one watcher where it begins, if there are data.
  template <class Replica>
  static void show(const Replica& from, data_watch<Data>& one) noexcept {
    if (!from.has_data())
      return;
    look(from, [&](const Data& data, libsync::version version) { one.look(data, version); });
    one.tell();
  }

  /// How often they have thrown.
  [[nodiscard]] std::size_t thrown() const noexcept {
    std::size_t sum = thrown_of_former_;
    for (const auto& one : all_)
      sum += one->thrown();
    return sum;
  }

private:
  // Which data they are: of a version, and, if they are an optimistic client's, after how many
  // changes of what it shows.
  struct stage {
    epoch_id epoch{};
    libsync::version version = 0;
    std::uint64_t changes = 0;

    stage() = default;
    template <class Replica>
    explicit stage(const Replica& of) noexcept : epoch(of.epoch()), version(of.version()) {
      if constexpr (Replica::is_optimistic)
        changes = of.copy().changes();
    }
    friend bool operator==(const stage&, const stage&) = default;
  };

  // Calls `f(data, version)` with what is shown.
  template <class Replica, class Function>
  static void look(const Replica& at, Function f) {
    if constexpr (Replica::is_optimistic)
      at.copy().present([&](const change<Data>& what) { f(what.data, what.version); });
    else
      f(at.shown(), at.version());
  }

  // Those that are here now, because a function may add others, or clear the list.
  template <class Call>
  void for_each(Call call) noexcept {
    const bool outer = std::exchange(telling_, true);
    const auto count = all_.size();
    for (std::size_t i = 0; i < count && i < all_.size(); ++i) {
      const auto one = all_[i];
      call(*one);
    }
    telling_ = outer;
  }

  void sweep() noexcept {
    std::erase_if(all_, [this](const auto& one) {
      if (one->has_ended())
        thrown_of_former_ += one->thrown();
      return one->has_ended();
    });
  }

  std::vector<data_watch_ptr<Data>> all_;
  stage shown_;
  std::size_t sweep_at_ = 8;
  std::size_t thrown_of_former_ = 0;
  bool telling_ = false;
};

} // namespace libsync::detail
