#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/replica.hpp"
#include "libsync/sequencer.hpp"
#include "support/catch.hpp"
#include "support/reentrant.hpp"
#include "support/tape.hpp"

namespace {

using kind = libsync::receipt::kind;

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
    me.connect(out);
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
    const auto taken = me.submit(std::move(one), out);
    CHECK((!taken || taken.number == next));
  }

  /// Exactly one receipt for each submission, in order, and none that is false.
  void check_receipts() {
    REQUIRE(out.receipts.size() == me.next() - 1);
    for (std::size_t i = 0; i < out.receipts.size(); ++i) {
      const auto& [number, what] = out.receipts[i];
      CHECK(number == i + 1);
      if (what.what == kind::accepted)
        CHECK(what.at <= me.at());
      else
        CHECK((what.what == kind::refused || me.closed()));
    }
  }

  void check_copies() {
    CHECK(other_.confirmed() == server_.data());
    if (me.joined()) {
      CHECK(me.at() == server_.at());
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

private:
  static constexpr libsync::limits limits{.batch = 3, .parcel = 3, .lag = 8};

  template <class Message>
  void receive(const Message& what) {
    me.receive(what, out);
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
  void up(int route, libsync::version reached) { server_.reached(route, reached, server_out_); }
  void up(int route, reentrant_record<tape::data>::leaving) {
    server_.leave(route, 0, server_out_);
  }

  bool send_down() {
    bool moved = false;
    for (; delivered_ < server_out_.sent.size(); moved = true) {
      const auto [route, message] = server_out_.sent[delivered_++];
      if (route == 1)
        std::visit([&](const auto& what) { down(me, what, out); }, message);
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

struct act {
  const char* name;
  std::function<void(room&)> call;
};

// Plays once for each call that the replica makes, acting at that call.
void at_each_call(const act& acting, bool observing, const std::function<void(room&)>& check) {
  std::set<std::string> met;
  for (std::size_t due = 1;; ++due) {
    room in{due, observing};
    in.action = acting.call;
    in.play();
    INFO(acting.name << " at call " << due << ", " << in.out.called_at);
    if (in.out.calls < due)
      break;
    met.insert(in.out.called_at);
    check(in);
  }
  CHECK(met.contains("send"));
  CHECK(met.contains("accepted"));
  CHECK(met.contains("settled"));
  CHECK(met.contains("changed") == observing);
}

} // namespace

TEST_CASE("a client may submit at every call: one receipt for each submission, none false",
          "[reentrant]") {
  const bool observing = GENERATE(true, false);
  at_each_call({"submitting", [](room& in) { in.submit(tape::append{50}); }}, observing,
               [](room& in) {
                 in.exchange();
                 in.check_receipts();
                 in.check_copies();
               });
}

TEST_CASE("a client may leave and join again at every call", "[reentrant]") {
  const bool observing = GENERATE(true, false);
  const auto act = GENERATE(0, 1, 2);
  at_each_call({"leaving or joining",
                [act](room& in) {
                  if (act != 0)
                    in.me.leave(in.out);
                  if (act != 1)
                    in.me.connect(in.out);
                }},
               observing, [](room& in) {
                 in.me.connect(in.out);
                 in.exchange();
                 in.check_receipts();
                 in.check_copies();
               });
}

TEST_CASE("a client that leaves within a call hears of no change until it joins again",
          "[reentrant]") {
  at_each_call({"leaving",
                [](room& in) {
                  in.me.leave(in.out);
                  in.out.changes.clear();
                }},
               true, [](room& in) {
                 CHECK((in.me.joined() || in.out.changes.empty()));
                 in.check_copies();
               });
}

TEST_CASE(
    "a client may close at every call: what is due is told before close returns, then nothing",
    "[reentrant]") {
  const bool observing = GENERATE(true, false);
  std::size_t told = 0;
  at_each_call({"closing",
                [&told](room& in) {
                  in.me.close("closed from within", in.out);
                  in.check_receipts();
                  told = in.out.receipts.size() + in.out.changes.size();
                }},
               observing, [&told](room& in) {
                 CHECK(in.me.closed());
                 CHECK(in.out.receipts.size() + in.out.changes.size() == told);
                 in.exchange();
                 in.check_receipts();
                 in.check_copies();
               });
}
