// That what a server and a client hold is bounded in bytes, whatever is submitted.

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/protocol/membership.hpp"
#include "libsync/replica.hpp"
#include "libsync/sequencer.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/submission.hpp"
#include "support/catch.hpp"
#include "support/heap.hpp"
#include "support/record.hpp"

namespace bounded {

/// 64 bytes, all in itself.
struct block {
  std::array<char, 64> bytes{};
};

/// Any number of bytes.
struct text {
  std::string what;
};

inline std::size_t size_of(const text& op) {
  return sizeof op + op.what.size();
}

/// Refused with a reason of that length; one that differs for each `id`.
struct refusal {
  std::size_t length = 0;
  int id = 0;
};

struct data {
  using operation = std::variant<block, text, refusal>;
  std::size_t seen = 0;
};

inline void reduce(data& self, const block&) {
  ++self.seen;
}
inline void reduce(data& self, const text& op) {
  self.seen += op.what.size();
}
inline libsync::outcome reduce(data&, const refusal& op) {
  return libsync::refused(std::to_string(op.id) + std::string(op.length, 'x'));
}

} // namespace bounded

namespace {

using bounded::data;
using libsync::client_id;
using libsync::epoch_id;
using libsync::limits;
using libsync::receipt;
using libsync::submission;
using libsync::transaction;
using operation = data::operation;

constexpr epoch_id epoch{7};
constexpr std::size_t mib = std::size_t{1} << 20;

submission<data> blocks(std::size_t count) {
  return transaction<data>{std::vector<operation>(count, bounded::block{})};
}

submission<data> texts(std::size_t count, std::size_t size) {
  return transaction<data>{std::vector<operation>(count, bounded::text{std::string(size, 'x')})};
}

/// A server with clients that handle what they are sent at once, or, where they do not read, keep
/// it. Route i is client i.
struct world {
  using message = std::variant<libsync::welcome_ptr<data>, libsync::batch_ptr<data>,
                               libsync::reply_ptr, libsync::suspended, libsync::snapshot<data>>;

  struct client {
    client(world& of, int index, const limits& with) : in(of), route(index), copy(with) {}

    void send(const libsync::join_request& request) { in.server.join(route, request, 0, in); }
    void send(const libsync::parcel_ptr<data>& what) { in.server.submit(route, *what, 0, in); }
    void send_leave() { in.server.leave(route, 0, in); }
    void send_acknowledgement(libsync::version version) {
      in.server.acknowledge(route, version, in);
    }
    void accepted(libsync::submission_number, std::size_t count, libsync::version) {
      receipts += count;
    }
    void settled(libsync::submission_number, const receipt& what) {
      ++receipts;
      last = what;
    }
    bool observes() const { return false; }
    void changed(const libsync::change<data>&) {}
    void diverged(libsync::version, const operation&, const libsync::reason&) {}

    world& in;
    int route;
    bool reads = true;
    std::deque<message> mailbox;
    libsync::replica<data> copy;
    std::size_t receipts = 0;
    receipt last;
  };

  explicit world(const limits& with = {}) : server(data{}, epoch, with), bounds(with) {}

  client& join() {
    clients.push_back(std::make_unique<client>(*this, static_cast<int>(clients.size()), bounds));
    clients.back()->copy.connect(*clients.back());
    deliver();
    return *clients.back();
  }

  template <class Submission>
  libsync::result<libsync::submission_number, libsync::receipt> submit(client& by, Submission one) {
    auto taken = by.copy.submit(std::move(one), by);
    deliver();
    return taken;
  }

  void deliver() {
    for (bool moved = true; std::exchange(moved, false);) {
      for (auto& to : clients)
        while (to->reads && !to->mailbox.empty()) {
          const auto next = std::move(to->mailbox.front());
          to->mailbox.pop_front();
          std::visit([&](const auto& what) { receive(*to, what); }, next);
          moved = true;
        }
      if (std::exchange(flush_asked, false)) {
        server.flush(*this);
        moved = true;
      }
    }
  }

  void receive(client& to, const libsync::batch_ptr<data>& what) { to.copy.receive(what, to); }
  template <class Message>
  void receive(client& to, const std::shared_ptr<Message>& what) {
    to.copy.receive(*what, to);
  }
  void receive(client& to, const libsync::suspended& what) { to.copy.receive(what, to); }
  void receive(client&, const libsync::snapshot<data>&) {}

  // The sink of the sequencer.
  template <class Message>
  void send(int route, const Message& what) {
    clients[static_cast<std::size_t>(route)]->mailbox.push_back(what);
  }
  void ask_for_flush() { flush_asked = true; }
  bool run(const libsync::effect_key&, libsync::no_effect) { return true; }
  bool observes() const { return false; }
  void changed(const libsync::change<data>&) {}
  void refused(client_id, libsync::submission_number, std::span<const operation>,
               const libsync::reason&) {}

  libsync::sequencer<data, int> server;
  limits bounds;
  std::vector<std::unique_ptr<client>> clients;
  bool flush_asked = false;
};

} // namespace

TEST_CASE("a member that does not read holds bounded memory, though versions are transactions",
          "[bounds][limits]") {
  world at;
  auto& busy = at.join();
  auto& stalled = at.join();
  stalled.reads = false;
  const heap::growth growth;
  const limits bounds;
  const auto one = blocks(4096);
  for (int i = 0; i < 300; ++i) {
    REQUIRE(at.submit(busy, one));
    REQUIRE(growth.bytes() < 2 * (bounds.lag_bytes + bounds.log_bytes));
  }
  CHECK(busy.receipts == 300);
  CHECK(busy.copy.version() == 300);
  CHECK(busy.copy.counters().suspensions == 0); // it has acknowledged often enough
  CHECK(at.server.counters().suspended == 1);
  // It got as many operations as it may be behind, and one batch more.
  std::size_t held = 0;
  for (const auto& what : stalled.mailbox)
    if (const auto* batch = std::get_if<libsync::batch_ptr<data>>(&what))
      held += (*batch)->operations.size();
  CHECK(held > bounds.lag);
  CHECK(held <= bounds.lag + 4096);
  stalled.reads = true;
  at.deliver();
  CHECK(stalled.copy.version() == 300);
  CHECK(stalled.copy.confirmed().seen == 300 * 4096);
}

TEST_CASE("a member that does not read holds bounded memory, though operations are large",
          "[bounds][limits]") {
  const limits bounds{
      .batch_bytes = mib / 4, .log_bytes = 2 * mib, .lag = 1'000'000'000, .lag_bytes = 4 * mib};
  world at{bounds};
  auto& busy = at.join();
  auto& stalled = at.join();
  stalled.reads = false;
  const heap::growth growth;
  for (int i = 0; i < 200; ++i) {
    REQUIRE(at.submit(busy, operation{bounded::text{std::string(mib / 8, 'x')}}));
    REQUIRE(at.submit(busy, texts(3, mib / 16)));
    REQUIRE(growth.bytes() < 8 * mib);
  }
  CHECK(busy.receipts == 400);
  CHECK(busy.copy.counters().suspensions == 0);
  CHECK(at.server.counters().suspended == 1);
  CHECK(at.server.kept().size().bytes <= 2 * mib);
  CHECK(at.server.kept().size().operations > 0);
}

TEST_CASE("operations with a size of their own make smaller batches, and none is lost",
          "[bounds][limits]") {
  server_record<data> out;
  libsync::sequencer<data, int> server{data{}, epoch, {.batch_bytes = 10'000}};
  server.join(1, {}, 0, out);
  libsync::parcel<data> sent{client_id{1}, epoch, 1, 0, {}, {}};
  for (const std::size_t size : {1000u, 4000u, 4000u, 4000u, 20'000u, 10u, 9000u, 10u})
    append(sent, operation{bounded::text{std::string(size, 'x')}});
  server.submit(1, sent, 0, out);
  server.flush(out);
  std::vector<std::size_t> sizes;
  for (const auto& batch : out.batches(1))
    sizes.push_back(batch->operations.size());
  CHECK(sizes == std::vector<std::size_t>{3, 1, 1, 3});
  CHECK(server.data().seen == 1000 + 3 * 4000 + 20'000 + 10 + 9000 + 10);
}

TEST_CASE("a submission beyond a limit is refused with the limit's name, by client and server",
          "[bounds][limits]") {
  const limits small{.submission = 10, .submission_bytes = 5000};
  world at{small};
  auto& client = at.join();
  CHECK(at.submit(client, blocks(10)));
  const auto many = at.submit(client, blocks(11));
  CHECK(many.failure() == receipt::refused("a submission of 11 operations is larger than the 10 "
                                           "of the limit `submission`"));
  const auto large = at.submit(client, operation{bounded::text{std::string(5000, 'x')}});
  CHECK(large.failure() ==
        receipt::refused("a submission of " + std::to_string(sizeof(operation) + 5000) +
                         " bytes is larger than the 5000 of the limit `submission_bytes`"));
  CHECK(client.copy.counters().overloaded == 0);

  // A client with other limits does not get round the server's.
  server_record<data> out;
  libsync::sequencer<data, int> server{data{}, epoch, small};
  server.join(1, {}, 0, out);
  libsync::parcel<data> sent{client_id{1}, epoch, 1, 0, {}, {}};
  append(sent, blocks(11));
  append(sent, operation{bounded::text{std::string(5000, 'x')}});
  append(sent, operation{bounded::block{}});
  server.submit(1, sent, 0, out);
  server.flush(out);
  std::vector<receipt> told;
  out.answers(1).at(0)->for_each([&](auto, const receipt& what) { told.push_back(what); });
  CHECK(told == std::vector<receipt>{many.failure(), large.failure(), receipt::accepted(1)});
  CHECK(out.refusals.size() == 2);
}

TEST_CASE("an outbox is full when it holds as many bytes as it may", "[bounds][limits]") {
  const limits bounds{.parcel_bytes = mib, .outbox_bytes = 4 * mib};
  libsync::replica<data> client{bounds};
  client_record<data> out;
  const heap::growth growth;
  std::size_t taken = 0;
  libsync::result<libsync::submission_number, libsync::receipt> latest{0};
  while ((latest = client.submit(texts(4, mib / 8), out)) && taken < 1000)
    ++taken;
  CHECK(taken == 8); // of half a MiB and the rest of 4 operations each
  CHECK(latest.failure().what == receipt::kind::overloaded);
  CHECK(latest.failure().reason == "the outbox has reached its limit `outbox_bytes`");
  CHECK(client.room() == 0);
  CHECK(client.counters().overloaded == 1);
  CHECK(growth.bytes() < 6 * mib);

  libsync::welcome<data> welcome;
  client.connect(out);
  welcome.you = client_id{1};
  welcome.epoch = epoch;
  welcome.attempt = out.joins.back().attempt;
  welcome.snapshot = std::make_shared<const data>();
  client.receive(welcome, out);
  REQUIRE(out.parcels.size() == 1); // each is as large as a parcel may be, or one submission
  CHECK(out.parcels[0]->count == 1);
  CHECK(client.room() == 0); // what is in flight is held too
  client.receive(libsync::reply_to_all(client_id{1}, epoch, 1, 1, receipt::refused("no")), out);
  CHECK(client.room() > 0);
  CHECK(out.parcels.size() == 2);
}

TEST_CASE("the part of a parcel beyond the server's limit is answered overloaded",
          "[bounds][limits]") {
  server_record<data> out;
  libsync::sequencer<data, int> server{data{}, epoch, {.parcel = 5, .parcel_bytes = 1000}};
  server.join(1, {}, 0, out);
  const auto submit = [&](const libsync::parcel<data>& sent) {
    out.sent.clear();
    server.submit(1, sent, 0, out);
    server.flush(out);
    std::string told;
    for (const auto& some : out.answers(1))
      some->for_each([&](auto, const receipt& what) {
        told += what.is_accepted() ? 'a' : what.what == receipt::kind::overloaded ? 'o' : '?';
      });
    return told;
  };
  libsync::parcel<data> many{client_id{1}, epoch, 1, 0, {}, {}};
  for (int i = 0; i < 3; ++i)
    append(many, operation{bounded::block{}});
  append(many, blocks(2));
  CHECK(submit(many).empty()); // as many as it may have: the batch tells
  many.first = 5;
  append(many, operation{bounded::block{}});
  append(many, blocks(2));
  append(many, operation{bounded::block{}});
  CHECK(submit(many) == "aaaaooo");
  CHECK(submit(many) == "aaaaooo"); // the same again
  CHECK(server.version() == 8);
  many.first = 10; // the first two are answered again, and the rest counts from the first one on
  CHECK(submit(many) == "ooaaooo");

  libsync::parcel<data> large{client_id{1}, epoch, 17, 0, {}, {}};
  append(large, operation{bounded::text{std::string(2000, 'x')}}); // one is always taken
  append(large, operation{bounded::block{}});
  CHECK(submit(large) == "ao");
}

TEST_CASE("4096 refusals with one huge reason are remembered as one", "[bounds][limits]") {
  world at{{.parcel = 4096}};
  auto& client = at.join();
  const heap::growth growth;
  client.reads = false; // so that all but the first wait, and go out as one parcel
  for (int i = 0; i < 4097; ++i)
    REQUIRE(at.submit(client, operation{bounded::refusal{100'000, 0}}));
  client.reads = true;
  at.deliver();
  CHECK(client.receipts == 4097);
  CHECK(client.last.reason.text().size() == limits{}.reasons / 64);
  CHECK(client.last.reason.text().ends_with("..."));
  at.server.leave(0, 0, at);
  CHECK(at.server.absent() == 1);
  CHECK(at.server.absent_bytes() < 10'000);
  // The server keeps room for one batch.
  const auto room = static_cast<std::ptrdiff_t>(4096 * sizeof(operation));
  CHECK(growth.bytes() < 100'000 + room);
}

TEST_CASE("the memory of clients that left is bounded in bytes, the oldest forgotten first",
          "[bounds][limits]") {
  world at{{.absent = 1'000'000, .absent_bytes = mib, .reasons = 64 * 1000}};
  std::vector<operation> different;
  for (int id = 0; id < 60; ++id)
    different.emplace_back(bounded::refusal{900, id});
  const heap::growth growth;
  for (int route = 0; route < 500; ++route) {
    at.clients.push_back(std::make_unique<world::client>(at, route, limits{}));
    at.clients.back()->reads = false;
    at.server.join(route, {}, 0, at);
    const auto id = client_id{static_cast<std::uint64_t>(route) + 1};
    at.server.submit(route, {id, epoch, 1, different.size(), different, {}}, 0, at);
    at.server.leave(route, 0, at);
    at.clients.back()->mailbox.clear();
    REQUIRE(at.server.absent_bytes() <= mib);
  }
  CHECK(at.server.absent() > 10);
  CHECK(at.server.absent() + at.server.counters().forgotten == 500);
  CHECK(growth.bytes() < 2 * mib + 500 * sizeof(world::client));
  // The newest is remembered.
  at.server.join(499, {client_id{500}, epoch, 0, 1, 1}, 0, at);
  const auto welcome = std::get<libsync::welcome_ptr<data>>(at.clients[499]->mailbox.back());
  CHECK(welcome->you == client_id{500});
  CHECK(welcome->last_reply.count == 60);
}
