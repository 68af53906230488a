// That what a server and a client hold is bounded in bytes, whatever is submitted and whoever does
// not read.

#include <cstddef>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "libsync/protocol/membership.hpp"
#include "support/bounded.hpp"
#include "support/catch.hpp"
#include "support/heap.hpp"

namespace {

using bounded::blocks;
using bounded::data;
using bounded::epoch;
using bounded::mib;
using bounded::operation;
using bounded::texts;
using bounded::world;
using libsync::client_id;
using libsync::limits;

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
  CHECK(stalled.copy.confirmed().seen == std::size_t{300} * 4096);
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
  world at{{.absent = 1'000'000, .absent_bytes = mib, .reasons = std::size_t{64} * 1000}};
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
