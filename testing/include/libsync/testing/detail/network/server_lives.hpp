#pragma once

/// How a simulated server ends, and another goes on. The end of simulated_server.hpp.

#include <cstdint>
#include <optional>

#include "libsync/testing/detail/network/simulated_server.hpp"

namespace libsync::testing::detail {

template <class Data>
void simulated_server<Data>::report_effect() {
  if (effects_.undone() == nullptr)
    return;
  const auto [key, what] = *effects_.undone();
  if (choices_.chance(60)) {
    effects_.end(key);
    server_.done(key);
  } else if (choices_.chance(50)) {
    effects_.want_again(key, [&] { call([&] { server_.run_again(key, *this); }); });
  } else {
    effects_.end(key);
    const auto instead = how_.on_effect_refused ? how_.on_effect_refused(what.what) : std::nullopt;
    call([&] {
      server_.done(key);
      server_.submit_own(own_words_.note(instead), ++time_, *this);
    });
  }
}

template <class Data>
void simulated_server<Data>::replace() {
  versions_before_ += server_.version();
  audit_.abandon();
  flushes_ = dies_in_ = 0;
  links_.cut_all();
  absent_.clear();
  effects_ = {};
  times_ = {};
  seen_ = checked_ = 0;
  own_words_.clear();
  own_words_.number() = 0;
  timers_ = {};
  expected_members_.follow();
  data_ = expected_data<Data>{server_.data()};
  server_ = sequencer<Data, std::size_t>{server_.data(), next_epoch(), bounds_, own_words_.rules()};
  audit_.follow();
}

template <class Data>
void simulated_server<Data>::follow_epoch(bool is_expected) {
  require(is_expected == now_.has_torn,
          is_expected ? "the reducer threw half-way, but no epoch began"
                      : "an epoch began, although no operation threw half-way");
  require(!data_.torn() || digest_of(server_.data()) == *data_.torn(),
          "the epoch begins with other data than the reducer has left");
  ++epochs_;
  links_.end_membership();
  data_.begin_epoch(data_.last(), server_.data());
}

template <class Data>
void simulated_server<Data>::begin_epoch(bool has_torn) {
  dies_in_ = 0;
  own_words_.number() = server_.own_submissions();
  if (now_.has_torn) // it did not come to telling everybody
    ++epochs_;
  else
    require(has_torn || data_.has(server_.version(), digest_of(server_.data())),
            "a server that died has other data than those of its version");
  const auto before = server_.version() - (now_.has_torn ? 1 : 0);
  data_.begin_epoch(before, server_.data());
  receipts_.begin_epoch(before);
  if (now_.has_torn)
    data_.begin_epoch(server_.version(), server_.data());
  end_life();
  // Where a hook ends servers, it does so to the very end, and everybody has to hear of it.
  if (!hook_.call && mix(seed_, epochs_) % 4 == 0)
    links_.end_unheard(sender_);
  else
    links_.end_server();
  links_.end_membership();
  absent_.clear();
  own_words_.clear();
  const auto members = server_.members();
  server_.begin_epoch(next_epoch(), ++time_, *this);
  effects_.check_life();
  require(!own_words_.on_left || own_words_.size() == members,
          "on_left was not called for everybody who was a member");
  now_.is_whole = now_.may_starve = false;
  static_cast<void>(own_words_.decide(receipts_, time_, now_, false));
}

} // namespace libsync::testing::detail
