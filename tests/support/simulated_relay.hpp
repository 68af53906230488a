#pragma once

/// A relay of a simulated world.

#include <cstdint>
#include <new>
#include <optional>
#include <utility>
#include <variant>

#include "libsync/relay.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/relay_scene.hpp"
#include "support/tape.hpp"

struct relay_scene::relaying final : relay_scene::node {
  relaying(relay_scene& world, node& follows)
      : node(world), above(&follows), decides(world.bounds) {}

  void join(const route& by, const libsync::join_request& request) override {
    call([&] { decides.join(by, request, *this); });
  }
  void leave(const route& by) override {
    call([&] { decides.leave(by, *this); });
  }
  void submit(const route& by, const libsync::parcel_ptr<data>& what) override {
    call([&] { decides.submit(by, what, *this); });
  }
  void acknowledge(const route& by, libsync::version latest) override {
    call([&] { decides.acknowledge(by, latest, *this); });
  }
  std::optional<libsync::log_part<data>> read_log(const libsync::log_request& what) override {
    return decides.has_data() ? std::optional{decides.read_log(what)} : std::nullopt;
  }
  libsync::snapshot<data> read() override { return decides.read(); }

  void connect() {
    ++in.told.connections;
    over = in.open(*above);
    call([&] { decides.connect(*this); });
  }
  void disconnect() {
    if (over == 0)
      return;
    in.cut(std::exchange(over, 0));
    call([&] { decides.disconnect(*this); });
  }
  // If memory runs out within a call, nobody knows what it has done.
  template <class Call>
  void call(Call what) {
    if (in.choices.chance(in.starves))
      failing::allocations().start(1 + in.choices.below(5));
    bool is_whole = true;
    try {
      what();
    } catch (const std::bad_alloc&) {
      is_whole = false;
    }
    failing::allocations().stop();
    if (is_whole)
      return;
    ++in.told.starved;
    reset();
  }
  void reset() {
    if (over != 0)
      in.cut(std::exchange(over, 0));
    decides.reset();
    in.cut_all_of(*this);
  }

  void pass(const libsync::follow_request& what) { put(0, what); }
  void pass(libsync::channel_id channel, const libsync::join_request& what) { put(channel, what); }
  void pass(libsync::channel_id channel, const libsync::parcel_ptr<data>& what) {
    put(channel, what);
  }
  void pass_leave(libsync::channel_id channel) { put(channel, leaving{}); }
  void put(libsync::channel_id channel, to_server what) {
    const failing::paused here{failing::allocations()};
    REQUIRE(over != 0); // nothing is passed while there is no connection
    in.connections.at(over)->ups.emplace_back(channel, std::move(what));
  }

  void hear(const part& what) {
    call([&] { decides.receive(what.attempt, what.batches, *this); });
  }
  void hear(const shown& what) {
    ++in.told.snapshots;
    call([&] { decides.receive(what.attempt, what.what, *this); });
  }
  void hear(const std::pair<libsync::channel_id, to_client>& what) {
    if (const auto* one = std::get_if<libsync::welcome_ptr<data>>(&what.second))
      call([&] { decides.receive(what.first, *one, *this); });
    else if (const auto* told = std::get_if<libsync::reply_ptr>(&what.second))
      call([&] { decides.receive(what.first, *told, *this); });
    else
      call([&] { decides.receive(what.first, std::get<libsync::suspended>(what.second), *this); });
  }
  void check() {
    if (decides.has_data())
      REQUIRE(decides.data() == in.expected.at(decides.version()));
  }

  node* above;
  std::size_t over = 0;
  libsync::relay<data, route> decides;
};
