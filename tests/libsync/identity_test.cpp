#include "libsync/identity.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libsync/replica.hpp"
#include "libsync/sequencer.hpp"
#include "support/catch.hpp"
#include "support/guests.hpp"
#include "support/record.hpp"
#include "support/tape.hpp"

using guests::announce;
using guests::book;
using guests::person;
using guests::say;
using libsync::client_id;
using libsync::epoch_id;

namespace {

constexpr epoch_id epoch{7};

std::shared_ptr<const person> named(std::string name) {
  return std::make_shared<const person>(person{std::move(name)});
}

libsync::join_request request_of(std::string name, std::optional<client_id> known = {}) {
  libsync::join_request asks;
  asks.known = known;
  asks.epoch = known ? epoch : epoch_id{};
  asks.identity = named(std::move(name));
  return asks;
}

libsync::parcel_ptr<book> says(client_id by, libsync::submission_number number, std::int64_t what) {
  return std::make_shared<const libsync::parcel<book>>(
      libsync::parcel<book>{by, epoch, number, 1, {say{what}}, {}});
}

using server = libsync::sequencer<book, int>;
using lines = std::vector<std::string>;

} // namespace

TEST_CASE("a reducer knows the client by the identity with which it joined", "[identity]") {
  server_record<book> out;
  server order{{}, epoch};
  order.join(1, request_of("Ada"), 1, out);
  order.join(2, {}, 2, out); // presents none
  order.submit(1, *says(client_id{1}, 1, 5), 3, out);
  order.submit(2, *says(client_id{2}, 1, 6), 3, out);
  order.flush(out);
  CHECK(order.data().lines == lines{"Ada says 5", "nobody says 6"});

  // A batch tells it to all.
  std::vector<std::string> names;
  for_each_accepted(*out.batches(2).at(0), [&](const auto& one) {
    names.push_back(one.identity ? one.identity->name : "");
    return true;
  });
  CHECK(names == lines{"Ada", ""});
}

TEST_CASE("a client that comes back under its id has the identity that it had", "[identity]") {
  server_record<book> out;
  server order{{}, epoch};
  order.join(1, request_of("Ada"), 1, out);
  SECTION("from elsewhere, before its end was heard") {}
  SECTION("after it has left") {
    order.leave(1, 2, out);
  }
  order.join(2, request_of("Ada", client_id{1}), 3, out);
  CHECK(out.welcomes(2).at(0)->you == client_id{1});
  order.submit(2, *says(client_id{1}, 1, 5), 4, out);
  CHECK(order.data().lines == lines{"Ada says 5"});
}

TEST_CASE("who claims the id of somebody else gets an id of its own", "[identity]") {
  server_record<book> out;
  server order{{}, epoch};
  order.join(1, request_of("Ada"), 1, out);
  order.submit(1, *says(client_id{1}, 1, 5), 2, out);
  SECTION("while that one is a member") {
    order.join(2, request_of("Eve", client_id{1}), 3, out);
    CHECK(order.who(1)->identity->name == "Ada");
  }
  SECTION("by the route of that one") {
    order.join(1, request_of("Eve", client_id{1}), 3, out);
    CHECK(out.welcomes(1).at(1)->you == client_id{2});
    return;
  }
  SECTION("after that one has left") {
    order.leave(1, 2, out);
    order.join(2, request_of("Eve", client_id{1}), 3, out);
  }
  SECTION("without an identity") {
    auto asks = request_of("", client_id{1});
    asks.identity = {};
    order.join(2, asks, 3, out);
  }
  const auto welcome = out.welcomes(2).at(0);
  CHECK(welcome->you == client_id{2});
  CHECK(welcome->last_reply.count == 0); // it learns nothing of what Ada has submitted
  order.submit(2, *says(client_id{1}, 2, 6), 4, out);
  CHECK(order.data().lines == lines{"Ada says 5"});
}

TEST_CASE("a client that is not admitted hears the reason, and nothing of the data", "[identity]") {
  server_record<book> out;
  bool open = true;
  server order{{{"a secret"}}, epoch, {}, {.admit = [&](const person& who) -> libsync::outcome {
                 if (who.name == "Zoe")
                   throw std::runtime_error("her file is lost");
                 return open && who.name != "Eve" ? libsync::accepted()
                                                  : libsync::refused(who.name + " is banned");
               }}};
  order.join(1, request_of("Eve"), 1, out);
  order.join(2, request_of("Zoe"), 1, out);
  order.join(3, {}, 1, out);
  CHECK(order.members() == 0);
  CHECK(order.counters().not_admitted == 3);
  const std::vector<std::string> reasons{"not admitted: Eve is banned",
                                         "not admitted: threw: her file is lost",
                                         "not admitted: the client presents no identity"};
  for (int route = 1; route <= 3; ++route) {
    const auto told = out.welcomes(route).at(0);
    CHECK(told->refused == reasons[static_cast<std::size_t>(route) - 1]);
    CHECK(!told->snapshot);
    CHECK(told->you == client_id::server);
    CHECK(told->epoch == epoch_id::none);
  }

  // A member that is not admitted any more leaves when it joins again.
  order.join(4, request_of("Ada"), 2, out);
  CHECK(order.members() == 1);
  open = false;
  order.join(4, request_of("Ada", client_id{1}), 3, out);
  CHECK(order.members() == 0);
  CHECK(out.welcomes(4).at(1)->refused == "not admitted: Ada is banned");
}

TEST_CASE("a replica that is not admitted closes with the reason", "[identity]") {
  client_record<book> out;
  libsync::replica<book> client{{}, nullptr, 0, named("Eve")};
  REQUIRE(client.submit(say{1}, out));
  client.connect(out);
  libsync::welcome<book> told;
  told.attempt = 1;
  told.refused = libsync::reason{"not admitted: Eve is banned"};
  client.receive(told, out);
  CHECK(client.closed());
  CHECK(client.reason() == "not admitted: Eve is banned");
  CHECK(!client.has_data());
}

TEST_CASE("a submission is authorized before its condition and the reducer", "[identity]") {
  server_record<book> out;
  server order{{}, epoch, {}, {.authorize = guests::authorize}};
  order.join(1, request_of("Ada"), 1, out);
  order.submit(1, {client_id{1}, epoch, 1, 3, {say{1}, say{2}, say{9}}, {}}, 2, out);
  libsync::parcel<book> shaped{client_id{1}, epoch, 4, 0, {}, {}};
  append(shaped, libsync::submission<book>{say{3}}.only_since(0));
  append(shaped, libsync::submission<book>{libsync::transaction<book>{{announce{"x"}, say{-1}}}});
  order.submit(1, shaped, 3, out);
  CHECK(order.data().lines == lines{"Ada says 1"});
  CHECK(out.refusals == lines{"not authorized: Ada has just spoken",
                              "not authorized: threw: nines are not "
                              "understood",
                              "not authorized: Ada has just spoken",
                              "operation 1 of 2: not authorized: Ada has just spoken"});
  CHECK(order.counters().not_authorized == 4);
}

TEST_CASE("the server may submit when a client has joined, once, behind its welcome",
          "[identity]") {
  server_record<book> out;
  std::vector<libsync::context<book>> joined;
  server order{{},
               epoch,
               {},
               {.authorize = [](const auto&, const auto&,
                                const auto&) { return libsync::refused("no client may submit"); },
                .on_joined =
                    [&](const libsync::context<book>& how) {
                      joined.push_back(how);
                      return std::optional<book::operation>{announce{name_of(how) + " is here"}};
                    }}};
  order.join(1, request_of("Ada"), 5, out);
  order.flush(out);
  CHECK(out.welcomes(1).at(0)->version == 0);
  REQUIRE(out.batches(1).size() == 1);
  CHECK(order.data().lines == lines{"Ada is here"});
  REQUIRE(joined.size() == 1);
  CHECK(joined[0].by == client_id{1});
  CHECK(joined[0].time == 5);
  CHECK(joined[0].version == 0);
  order.join(1, request_of("Ada", client_id{1}), 6, out); // it is a member
  CHECK(joined.size() == 1);
  order.leave(1, 7, out);
  order.join(2, request_of("Ada", client_id{1}), 8, out);
  CHECK(joined.size() == 2);
  CHECK(joined[1].by == client_id{1});
}

TEST_CASE("identities of clients that are forgotten are forgotten", "[identity]") {
  server_record<book> out;
  server order{{}, epoch, {.absent = 2}};
  for (int i = 0; i < 100; ++i) {
    order.join(i, request_of("guest " + std::to_string(i)), i, out);
    order.leave(i, i, out);
  }
  // The last is remembered, under its identity only.
  order.join(200, request_of("guest 99", client_id{100}), 200, out);
  CHECK(out.welcomes(200).at(0)->you == client_id{100});
  order.join(201, request_of("guest 0", client_id{1}), 201, out);
  CHECK(out.welcomes(201).at(0)->you == client_id{101});
}

TEST_CASE("who stays keeps the identity, however many others are forgotten", "[identity]") {
  server_record<book> out;
  libsync::limits bounds;
  bounds.absent = 1;
  server order{{}, epoch, bounds};
  order.join(0, request_of("Ada"), 1, out);
  for (int i = 1; i <= 100; ++i) {
    order.join(i, request_of("somebody"), 1, out);
    order.leave(i, 1, out);
  }
  order.submit(0, *says(client_id{1}, 1, 5), 3, out);
  CHECK(order.data().lines == lines{"Ada says 5"});
}

TEST_CASE("data without identities take no room for them", "[identity]") {
  static_assert(std::is_same_v<libsync::identity_ptr<tape::data>, libsync::no_identity>);
  static_assert(sizeof(libsync::context<tape::data>) == 4 * sizeof(std::uint64_t));
  SUCCEED("checked when compiled");
}
