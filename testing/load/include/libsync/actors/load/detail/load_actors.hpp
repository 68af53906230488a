#pragma once

/// Clients in actors, of which some submit.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "libsync/actors/client.hpp"
#include "libsync/actors/detail/client/client_core.hpp"
#include "libsync/actors/detail/deadline.hpp"
#include "libsync/actors/detail/session/version_gate.hpp"
#include "libsync/actors/load/detail/load_client.hpp"
#include "libsync/actors/load/detail/load_stream.hpp"

namespace libsync::detail {

/// A client in an actor, which submits the operations of its streams in turn.
template <class Data, class Make>
class load_actor final : public load_client {
public:
  load_actor(server_place to, const limits& bounds, std::shared_ptr<load_work<Data>> work,
             std::shared_ptr<version_gate> gate)
      : to_(std::move(to)), bounds_(bounds), work_(std::move(work)), gate_(std::move(gate)) {}

  /// Before it starts.
  void add(std::shared_ptr<load_stream<Data, Make>> one) {
    streams_.push_back(std::move(one));
    ++left_;
  }

  [[nodiscard]] std::shared_ptr<client_base> make(caf::local_actor* self) override {
    auto made = std::shared_ptr<client_core<Data>>(
        new client_core<Data>(self, std::move(to_), client_options<Data>{bounds_}));
    core_ = made.get();
    return made;
  }

  void go() override {
    ++allowed_;
    produce();
  }

  void progress() override {
    if (allowed_ > 0)
      produce();
    gate_->reach(core_->state().version());
  }

private:
  // As many as it is allowed, if there is a rate; otherwise a lot at a time, as a session's client
  // does, since seldom is cheaper.
  void produce() {
    const auto& state = core_->state();
    const bool paced = work_->plan.is_paced();
    if (core_->now().closed)
      return end();
    if (!paced && state.room() < state.undecided())
      return;
    while (left_ > 0 && allowed_ > 0 && state.room() > 0 && state.has_data()) {
      auto& from = *streams_[turn_];
      if (const auto run = std::min<std::uint64_t>(from.plain_run(), state.room()); run > 0)
        submit_plain(from, run);
      else
        submit(from);
      if (from.is_done())
        retire();
      else
        turn_ = turn_ + 1 < left_ ? turn_ + 1 : 0;
      if (paced)
        --allowed_;
    }
  }

  // The server has ended: nothing more is taken.
  void end() {
    const auto why = std::make_exception_ptr(std::runtime_error(
        "libsync::measure_load: a client is closed: " + std::string{core_->why_closed().text()}));
    for (; left_ > 0; retire())
      streams_[turn_]->give_up(why);
  }

  // Receipts need the streams until the end, so none is erased.
  void retire() {
    const auto done = streams_.begin() + static_cast<std::ptrdiff_t>(turn_);
    std::rotate(done, done + 1, streams_.end());
    --left_;
    if (turn_ >= left_)
      turn_ = 0;
  }

  void submit_plain(load_stream<Data, Make>& from, std::uint64_t run) {
    try {
      for (; run > 0; --run) {
        auto op = next(from);
        from.skip_turn();
        if (!core_->submit(std::move(op), receipt_handler{}))
          from.not_taken();
      }
    } catch (...) {
      from.give_up(std::current_exception());
    }
  }

  [[nodiscard]] typename Data::operation next(load_stream<Data, Make>& from) const {
    return from.make(from.reads_newest() ? &core_->state().confirmed() : nullptr);
  }

  void submit(load_stream<Data, Make>& from) {
    try {
      auto op = next(from);
      const auto turn = from.take_turn();
      const bool followed = from.is_followed(turn);
      const auto taken =
          core_->submit(std::move(op), followed ? from.follow(turn) : receipt_handler{});
      if (taken)
        return;
      from.not_taken();
      if (followed)
        from.tell(turn, taken.failure());
    } catch (...) {
      from.give_up(std::current_exception());
    }
  }

  server_place to_;
  limits bounds_;
  std::shared_ptr<load_work<Data>> work_;
  std::shared_ptr<version_gate> gate_;
  load_streams<Data, Make> streams_;
  std::size_t left_ = 0; // the first so many are not done
  std::size_t turn_ = 0;
  std::uint64_t allowed_ = 0;
  client_core<Data>* core_ = nullptr;
};

/// The clients of a measurement. If there is a rate, a thread tells the actors when an operation is
/// due.
template <class Data, class Make>
class load_actors {
public:
  load_actors(const server<Data>& to, const load_options& how,
              const std::shared_ptr<load_work<Data>>& work, const load_streams<Data, Make>& streams)
      : work_(work), submitters_(streams.size()) {
    for (std::size_t i = 0; i < how.clients; ++i) {
      gates_.push_back(std::make_shared<version_gate>());
      auto made = std::make_unique<load_actor<Data, Make>>(server_place{to.ref(), {}}, how.bounds,
                                                           work, gates_.back());
      for (auto k = i; k < streams.size(); k += how.clients)
        made->add(streams[k]);
      clients_.emplace_back(spawn_load_client(to.ref(), std::move(made)));
    }
    const auto deadline = deadline_after(how.patience);
    for (const auto& one : clients_)
      wait_until_joined(one, deadline);
  }

  void start() {
    if (work_->plan.is_paced())
      pacer_ = std::jthread([this](const std::stop_token& stop) { pace(stop); });
    else
      for (std::size_t i = 0; i < std::min(clients_.size(), submitters_); ++i)
        send(clients_[i].ref(), message::drain);
  }

  /// Once each submitter was told of its last operation, which it counts before.
  void finish() { pacer_ = {}; }

  [[nodiscard]] result<version> wait_for(std::size_t which, version target,
                                         std::chrono::nanoseconds most) {
    if (gates_[which]->wait_for(target, deadline_after(most)))
      return gates_[which]->latest();
    return result<version>::failed("the deadline passed at version " +
                                   std::to_string(gates_[which]->latest()));
  }

  [[nodiscard]] const client<Data>& handle(std::size_t which) const { return clients_[which]; }

private:
  static void wait_until_joined(const client<Data>& one,
                                std::chrono::steady_clock::time_point deadline) {
    for (auto status = one.status(); !status || !status->joined; status = one.status()) {
      if (!status || std::chrono::steady_clock::now() > deadline)
        throw std::runtime_error("libsync::measure_load: a client cannot join: " +
                                 (status ? "the deadline passed" : status.reason()));
      std::this_thread::yield();
    }
  }

  void pace(const std::stop_token& stop) const {
    const auto& plan = work_->plan;
    for (std::uint64_t i = 0; plan.has(i) && !stop.stop_requested(); ++i) {
      const auto submitter = static_cast<std::size_t>(i % submitters_);
      schedule::wait_until(plan.due(submitter, i / submitters_));
      send(clients_[submitter % clients_.size()].ref(), message::drain);
    }
  }

  std::shared_ptr<load_work<Data>> work_;
  std::size_t submitters_;
  std::vector<std::shared_ptr<version_gate>> gates_;
  std::vector<client<Data>> clients_;
  std::jthread pacer_;
};

} // namespace libsync::detail
