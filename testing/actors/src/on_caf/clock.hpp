#pragma once

/// A clock that stands still, for CAF from 0.19 on.

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

#include <caf/actor_clock.hpp>
#include <caf/all.hpp>

namespace libsync::testing {

class still_clock : public caf::actor_clock {
public:
  time_point now() const noexcept override { return now_; }

  caf::disposable schedule(time_point time, caf::action what) override {
    waiting_.emplace(time, what);
    return std::move(what).as_disposable();
  }

  [[nodiscard]] std::optional<time_point> next_timer() {
    while (!waiting_.empty() && waiting_.begin()->second.disposed())
      waiting_.erase(waiting_.begin());
    return waiting_.empty() ? std::nullopt : std::optional{waiting_.begin()->first};
  }

  void advance_to(time_point time) {
    now_ = std::max(now_, time);
    while (!waiting_.empty() && waiting_.begin()->first <= now_) {
      auto due = waiting_.extract(waiting_.begin());
      if (!due.mapped().disposed())
        due.mapped().run();
    }
  }

  void drop_timers() {
    for (auto& [time, what] : std::exchange(waiting_, {}))
      what.dispose();
  }

private:
  time_point now_{std::chrono::hours{1}};
  std::multimap<time_point, caf::action> waiting_;
};

} // namespace libsync::testing
