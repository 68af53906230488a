// What is too large: submissions, parcels, batches, and what waits in an outbox.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "libsync/protocol/membership.hpp"
#include "libsync/replica.hpp"
#include "libsync/sequencer.hpp"
#include "support/bounded.hpp"
#include "support/catch.hpp"
#include "support/heap.hpp"
#include "support/record.hpp"
#include "support/welcome.hpp"

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
using libsync::receipt;

} // namespace

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

  client.connect(out);
  client.receive(welcome_to<data>(out, client_id{1}, epoch, std::make_shared<const data>()), out);
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
