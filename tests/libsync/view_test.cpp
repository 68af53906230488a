#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "libsync/protocol/membership.hpp"
#include "libsync/replica.hpp"
#include "libsync/sequencer.hpp"
#include "libsync/snapshot.hpp"
#include "support/catch.hpp"
#include "support/counted.hpp"
#include "support/record.hpp"
#include "support/tape.hpp"
#include "support/welcome.hpp"

namespace {

using libsync::client_id;
using libsync::epoch_id;
using libsync::receipt;
using libsync::version;

constexpr epoch_id epoch{7};

// A server with a plain client at route 0, which submits, and viewers at others.
template <class Data>
struct fixture {
  libsync::sequencer<Data, int> server{Data{}, epoch};
  server_record<Data> out;
  client_id author;
  libsync::submission_number next = 1;

  fixture() { author = join(0, false); }

  client_id join(int route, bool is_viewer = true) {
    server.join(route, {.is_viewer = is_viewer}, 0, out);
    const auto id = out.welcomes(route).back()->you;
    out.sent.clear(); // who is told of the data must not keep them
    return id;
  }

  void submit(typename Data::operation op) {
    server.submit(0, {author, epoch, next++, 1, {op}, {}}, 0, out);
  }
  void commit(typename Data::operation op) {
    submit(op);
    server.flush(out);
  }

  std::vector<version> shown(int route) const {
    std::vector<version> all;
    for (const auto& one : out.snapshots(route))
      all.push_back(one.version);
    return all;
  }
};

using versions = std::vector<version>;

} // namespace

TEST_CASE("a viewer is shown a snapshot at the end of a batch, and gets no batches", "[view]") {
  fixture<tape::data> at;
  at.join(1);
  at.submit(tape::append{1});
  at.submit(tape::append{2});
  CHECK(at.shown(1).empty());
  at.server.flush(at.out);
  CHECK(at.shown(1) == versions{2});
  CHECK(at.out.snapshots(1).back().data->values == std::vector<std::int64_t>{1, 2});
  CHECK(at.out.batches(1).empty());
  CHECK(at.out.batches(0).size() == 1);
}

TEST_CASE("a viewer is shown the next snapshot once it has acknowledged the one before", "[view]") {
  fixture<tape::data> at;
  at.join(1);
  at.commit(tape::append{1});
  at.commit(tape::append{2});
  at.commit(tape::append{3});
  CHECK(at.shown(1) == versions{1});
  at.server.acknowledge(1, 1, at.out);
  CHECK(at.shown(1) == versions{1, 3});
  at.server.acknowledge(1, 3, at.out);
  CHECK(at.shown(1) == versions{1, 3}); // there is nothing newer
  at.commit(tape::append{4});
  CHECK(at.shown(1) == versions{1, 3, 4});
}

TEST_CASE("a viewer that acknowledges within a batch is shown its end", "[view]") {
  fixture<tape::data> at;
  at.join(1);
  at.commit(tape::append{1});
  at.commit(tape::append{2});
  at.submit(tape::append{3});
  at.server.acknowledge(1, 1, at.out);
  CHECK(at.shown(1) == versions{1});
  at.server.flush(at.out);
  CHECK(at.shown(1) == versions{1, 3});
}

TEST_CASE("a late acknowledgement of an older snapshot asks for nothing", "[view]") {
  fixture<tape::data> at;
  at.join(1);
  at.commit(tape::append{1});
  at.commit(tape::append{2});
  at.server.acknowledge(1, 1, at.out);
  at.commit(tape::append{3});
  at.server.acknowledge(1, 1, at.out);
  CHECK(at.shown(1) == versions{1, 2});
}

TEST_CASE("a viewer's submission is answered after it was shown", "[view]") {
  fixture<tape::data> at;
  const auto id = at.join(1);
  at.commit(tape::append{1}); // which it has not acknowledged
  at.server.submit(1, {id, epoch, 1, 1, {tape::append{2}}, {}}, 0, at.out);
  CHECK(at.out.answers(1).empty());
  at.server.flush(at.out);
  CHECK(at.shown(1) == versions{1, 2});
  REQUIRE(at.out.answers(1).size() == 1);
  CHECK(at.out.answers(1).back()->last() == 2);
  CHECK(std::holds_alternative<libsync::reply_ptr>(at.out.sent.back().second));
}

TEST_CASE("a viewer is never suspended: it holds what it was shown, however old", "[view]") {
  fixture<tape::data> at;
  at.server = {tape::data{}, epoch, {.lag = 2}};
  at.author = at.join(0, false);
  at.join(1);
  for (int i = 0; i < 10; ++i) {
    at.commit(tape::append{i});
    at.server.acknowledge(0, at.server.version(), at.out);
  }
  CHECK(at.server.counters().suspended == 0);
  CHECK(at.shown(1) == versions{1});
}

TEST_CASE("the data are copied once a batch while viewers look, and not at all while none does",
          "[view]") {
  fixture<counted> at;
  at.join(1);
  at.commit({1}); // the join's snapshot is gone
  const auto copies = counted::copies();
  for (int i = 0; i < 5; ++i)
    at.submit({1});
  CHECK(counted::copies() == copies + 1); // the snapshot that was shown is held
  at.server.flush(at.out);
  at.out.sent.clear(); // nobody looks; the viewer has acknowledged nothing, so it is shown nothing
  for (int i = 0; i < 5; ++i)
    at.commit({1});
  CHECK(counted::copies() == copies + 1);
  at.server.acknowledge(1, 1, at.out);
  CHECK(at.shown(1) == versions{11});
  at.commit({1});
  CHECK(counted::copies() == copies + 2);
}

TEST_CASE("a viewer's replica shows each snapshot and acknowledges it", "[view]") {
  libsync::replica<tape::data, libsync::shared_view> viewer;
  client_record<tape::data> out;
  out.observing = true;
  viewer.connect(out);
  REQUIRE(out.joins.back().is_viewer);
  viewer.receive(
      welcome_to<tape::data>(out, client_id{3}, epoch, std::make_shared<const tape::data>(), 4),
      out);
  CHECK(viewer.joined());
  const libsync::snapshot<tape::data> next{
      epoch, 7, std::make_shared<const tape::data>(tape::data{{1, 2, 3}})};
  viewer.receive(next, out);
  CHECK(viewer.version() == 7);
  CHECK(&viewer.confirmed() == next.data.get()); // shared, not copied
  viewer.receive(next, out);                     // once more
  viewer.receive(libsync::snapshot<tape::data>{epoch_id{8}, 9, next.data}, out);
  CHECK(viewer.version() == 7);
  CHECK(out.reached == versions{7, 7});
  CHECK(out.shown == versions{4, 7});
  viewer.connect(out);
  CHECK(out.joins.back().version == std::nullopt); // it cannot be led on by operations
}

TEST_CASE("a viewer's submission is settled by its reply", "[view]") {
  libsync::sequencer<tape::data, int> server{tape::data{}, epoch};
  libsync::replica<tape::data, libsync::shared_view> viewer;
  server_record<tape::data> down;
  client_record<tape::data> up;
  viewer.connect(up);
  server.join(1, up.joins.back(), 0, down);
  viewer.receive(*down.welcomes(1).back(), up);
  REQUIRE(viewer.submit(tape::append{5}, up));
  server.submit(1, *up.parcels.back(), 0, down);
  server.flush(down);
  viewer.receive(down.snapshots(1).back(), up);
  CHECK(up.receipts.empty());
  viewer.receive(*down.answers(1).back(), up);
  REQUIRE(up.receipts.size() == 1);
  CHECK(up.receipts.back().second == receipt::accepted(1));
  CHECK(viewer.confirmed().values == std::vector<std::int64_t>{5});
}

TEST_CASE("memory is kept for the next copy while there are viewers, and let go with the last",
          "[view]") {
  fixture<counted> at;
  at.join(1);
  at.join(2);
  const auto before = counted::alive();
  at.commit({1});
  at.server.acknowledge(1, 1, at.out);
  at.server.acknowledge(2, 1, at.out);
  at.commit({1});
  CHECK(counted::alive() > before);
  at.out.sent.clear();
  at.server.leave(1, 0, at.out);
  CHECK(counted::alive() > before);
  at.server.leave(2, 0, at.out);
  CHECK(counted::alive() == before);
}

namespace {

/// Submits once, while it is shown a snapshot.
struct eager_viewer : client_record<tape::data> {
  void changed(const libsync::snapshot<tape::data>& what) {
    client_record::changed(what);
    if (what.version == 1)
      static_cast<void>(copy.submit(tape::append{2}, *this));
  }
  using client_record::changed;

  libsync::replica<tape::data, libsync::shared_view> copy;
};

} // namespace

TEST_CASE("what a viewer submits while it is shown a snapshot is sent at once", "[view]") {
  eager_viewer viewer;
  viewer.observing = true;
  viewer.copy.connect(viewer);
  viewer.copy.receive(
      welcome_to<tape::data>(viewer, client_id{1}, epoch, std::make_shared<const tape::data>()),
      viewer);
  viewer.copy.receive(libsync::snapshot<tape::data>{epoch, 1, std::make_shared<tape::data>()},
                      viewer);
  CHECK(viewer.shown == versions{0, 1});
  REQUIRE(viewer.parcels.size() == 1);
  CHECK(viewer.parcels.back()->count == 1);
}
