#pragma once

/// A sequencer and two replicas, one of which a test disturbs.

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <variant>

#include "libsync/protocol/membership.hpp"
#include "libsync/replica.hpp"
#include "libsync/sequencer.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/submission.hpp"
#include "support/catch.hpp"
#include "support/reentrant.hpp"
#include "support/tape.hpp"

// A server with one client that is called back and one that is not; what they send lies in queues.
class room {
public:
  room(std::size_t due, bool observing) {
    out.due = due;
    out.observing = observing;
    out.action = [this] { action(*this); };
    other_.connect(other_out_);
  }

  /// What both do: it meets acceptance, refusal, transactions, other members' operations, a break,
  /// an acknowledgement and a suspension.
  void play() {
    guard([&] { me.connect(out); });
    submit(tape::append{1});
    exchange();
    submit(tape::append{2});
    submit(tape::drop{});
    submit(tape::fail{});
    submit(libsync::transaction<tape::data>{{tape::append{3}, tape::append{4}}});
    others(3);
    exchange();
    receive(libsync::suspended{server_.epoch()});
    others(1);
    exchange();
    const auto repeated = std::make_shared<libsync::batch<tape::data>>();
    repeated->epoch = server_.epoch();
    receive(libsync::batch_ptr<tape::data>{repeated}); // not the next version: it joins again
    submit(tape::rotate{});
    exchange();
  }

  template <class Submission>
  void submit(Submission one) {
    const auto next = me.next();
    libsync::submission_number number = next;
    guard([&] {
      const auto taken = me.submit(std::move(one), out);
      number = taken ? *taken : next;
    });
    CHECK(number == next);
  }

  /// Exactly one receipt for each submission, in order, and none that is false.
  void check_receipts() {
    REQUIRE(out.receipts.size() == me.next() - 1);
    for (std::size_t i = 0; i < out.receipts.size(); ++i) {
      const auto& [number, what] = out.receipts[i];
      CHECK(number == i + 1);
      if (what.is_accepted())
        CHECK(what.version <= me.version());
      else
        CHECK((what.what == libsync::receipt::kind::refused || me.closed()));
    }
  }

  void check_copies() {
    CHECK(other_.confirmed() == server_.data());
    if (me.joined()) {
      CHECK(me.version() == server_.version());
      CHECK(me.confirmed() == server_.data());
    }
  }

  /// Lets everything arrive.
  void exchange() {
    for (bool moved = true; std::exchange(moved, false);) {
      moved = send_up(1, out) || moved;
      moved = send_up(2, other_out_) || moved;
      if (std::exchange(server_out_.flushes_asked, 0) != 0)
        server_.flush(server_out_);
      moved = send_down() || moved;
    }
  }

  libsync::replica<tape::data> me{limits};
  reentrant_record<tape::data> out;
  std::function<void(room&)> action = [](room&) {};
  /// Makes each call of the first client, which may fail.
  std::function<void(const std::function<void()>&)> guard = [](const auto& call) { call(); };

private:
  static constexpr libsync::limits limits{.batch = 3, .parcel = 3, .lag = 8};

  template <class Message>
  void receive(const Message& what) {
    guard([&] { me.receive(what, out); });
  }

  void others(int count) {
    for (int i = 0; i < count; ++i)
      static_cast<void>(other_.push(tape::append{100 + i}));
    other_.pump(other_out_);
  }

  bool send_up(int route, reentrant_record<tape::data>& from) {
    const bool moved = !from.sent.empty();
    for (; !from.sent.empty(); from.sent.pop_front())
      std::visit([&](const auto& what) { up(route, what); }, from.sent.front());
    return moved;
  }

  void up(int route, const libsync::join_request& request) {
    server_.join(route, request, 0, server_out_);
  }
  void up(int route, const libsync::parcel_ptr<tape::data>& parcel) {
    server_.submit(route, *parcel, 0, server_out_);
  }
  void up(int route, libsync::version reached) { server_.acknowledge(route, reached, server_out_); }
  void up(int route, reentrant_record<tape::data>::leaving) {
    server_.leave(route, 0, server_out_);
  }

  bool send_down() {
    bool moved = false;
    for (; delivered_ < server_out_.sent.size(); moved = true) {
      const auto [route, message] = server_out_.sent[delivered_++];
      if (route == 1)
        std::visit([&](const auto& what) { guard([&] { down(me, what, out); }); }, message);
      else
        std::visit([&](const auto& what) { down(other_, what, other_out_); }, message);
    }
    return moved;
  }

  template <class Out>
  static void down(libsync::replica<tape::data>& to, const libsync::batch_ptr<tape::data>& what,
                   Out& out) {
    to.receive(what, out);
  }
  template <class Message, class Out>
  static void down(libsync::replica<tape::data>& to, const std::shared_ptr<Message>& what,
                   Out& out) {
    to.receive(*what, out);
  }
  template <class Out>
  static void down(libsync::replica<tape::data>& to, const libsync::suspended& what, Out& out) {
    to.receive(what, out);
  }
  template <class Out>
  static void down(libsync::replica<tape::data>&, const libsync::snapshot<tape::data>&, Out&) {}

  libsync::sequencer<tape::data, int> server_{{}, libsync::epoch_id{1}, limits};
  server_record<tape::data> server_out_;
  libsync::replica<tape::data> other_{limits};
  reentrant_record<tape::data> other_out_;
  std::size_t delivered_ = 0;
};
