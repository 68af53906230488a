#pragma once

/// A clock for tests, which CAF keeps to itself from 0.19 on.

#include <chrono>
#include <map>
#include <utility>

#include <caf/actor_clock.hpp>
#include <caf/all.hpp>

/// A clock that stands still.
class test_clock : public caf::actor_clock {
public:
  time_point now() const noexcept override { return now_; }

  caf::disposable schedule(time_point time, caf::action what) override {
    waiting_.emplace(time, what);
    return std::move(what).as_disposable();
  }

  void advance(caf::timespan time) {
    now_ += time;
    while (!waiting_.empty() && waiting_.begin()->first <= now_) {
      auto due = waiting_.extract(waiting_.begin());
      if (!due.mapped().disposed())
        due.mapped().run();
    }
  }

private:
  time_point now_{std::chrono::hours{1}};
  std::multimap<time_point, caf::action> waiting_;
};
