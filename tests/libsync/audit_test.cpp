#include "libsync/auditor.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>

#include "support/audited_world.hpp"
#include "support/catch.hpp"
#include "support/planted.hpp"

using planted::add;
using planted::mix_address;
using world = audited_world<planted::data>;
using kind = libsync::audited_copy<planted::data>::kind;

TEST_CASE("an audit of copies that agree says so", "[audit]") {
  world at;
  auto& green = at.join();
  at.join();
  for (std::uint64_t i = 1; i <= 5; ++i)
    green.submit(add{i});
  CHECK(at.audit() == "audit at version 5: 2 agree, 0 differ, 0 not compared");
  CHECK(at.report.agrees());
  CHECK(at.report.epoch == at.server.epoch());
  CHECK(at.report.version == 5);
}

TEST_CASE("an audit names the first version, operation and client that differ", "[audit]") {
  world at;
  auto& green = at.join();
  auto& yellow = at.join();
  for (std::uint64_t i = 1; i <= 3; ++i)
    green.submit(add{i});
  yellow.submit(mix_address{});
  yellow.submit(add{4});
  CHECK(at.audit() == "audit at version 5: 0 agree, 2 differ, 0 not compared\n"
                      "client 1 differs from the server first at version 4, operation "
                      "mix_address{} of client 2\n"
                      "client 2 differs from the server first at version 4, operation "
                      "mix_address{} of client 2");
  const auto* found = at.report.find(libsync::client_id{1});
  REQUIRE(found != nullptr);
  REQUIRE(found->first);
  CHECK(found->first->number == 1);
  CHECK(at.report.find(libsync::client_id{3}) == nullptr);
}

TEST_CASE("an audit finds a reducer that depends on where the operation lies", "[audit]") {
  world at;
  auto& green = at.join();
  green.submit(add{1});
  green.submit(planted::mix_operation{});
  static_cast<void>(at.audit());
  REQUIRE(at.report.find(libsync::client_id{1})->first);
  CHECK(at.report.find(libsync::client_id{1})->first->version == 2);
}

TEST_CASE("an audit finds a reducer that reads a global counter", "[audit]") {
  world at;
  auto& green = at.join();
  green.submit(add{1});
  green.submit(planted::count_calls{});
  green.submit(add{2});
  CHECK(at.audit() == "audit at version 3: 0 agree, 1 differ, 0 not compared\n"
                      "client 1 differs from the server first at version 2, operation number 3 of "
                      "its variant (it has no operator<<) of client 1");
}

TEST_CASE("a copy that began as a later snapshot is not blamed on what came before", "[audit]") {
  world at;
  auto& green = at.join();
  green.submit(mix_address{});
  at.join();
  green.submit(add{1});
  CHECK(at.audit() == "audit at version 2: 1 agree, 1 differ, 0 not compared\n"
                      "client 1 differs from the server first at version 1, operation "
                      "mix_address{} of client 1");
  green.submit(mix_address{});
  static_cast<void>(at.audit());
  CHECK(at.report.find(libsync::client_id{1})->first->version == 1);
  CHECK(at.report.find(libsync::client_id{2})->first->version == 3);
}

TEST_CASE("an audit names a whole transaction", "[audit]") {
  world at;
  auto& green = at.join();
  static_cast<void>(
      green.copy.submit(libsync::submission<planted::data>{libsync::transaction<planted::data>{
                            {add{1}, mix_address{}}}},
                        green));
  at.deliver();
  CHECK(at.audit() == "audit at version 1: 0 agree, 1 differ, 0 not compared\n"
                      "client 1 differs from the server first at version 1, transaction {add{1}, "
                      "mix_address{}} of client 1");
}

TEST_CASE("without the data from before the log an audit tells who differs, and not since when",
          "[audit]") {
  world at{false};
  auto& green = at.join();
  green.submit(mix_address{});
  CHECK(at.audit() ==
        "audit at version 1: 0 agree, 1 differ, 0 not compared\n"
        "client 1 differs from the server: the first version is not known, since the server does "
        "not keep the data from which its log leads on (`keep_checkpoint`)");
}

TEST_CASE("what is older than the log is not named", "[audit][limits]") {
  world at{true, {.log = 4}};
  auto& green = at.join();
  green.submit(mix_address{});
  for (std::uint64_t i = 0; i < 10; ++i)
    green.submit(add{i});
  CHECK(at.audit() == "audit at version 11: 0 agree, 1 differ, 0 not compared\n"
                      "client 1 differs from the server: the operations from version 8 on, applied "
                      "again, lead to neither, and to the same each time: the cause is older, is "
                      "no operation, or does not show again");
  green.submit(mix_address{});
  static_cast<void>(at.audit());
  CHECK(at.report.find(libsync::client_id{1})->first->version == 12); // the first within the log
}

TEST_CASE("a log that begins with the audited version tells nothing", "[audit]") {
  world at{false};
  at.join().submit(mix_address{});
  at.server.keep_checkpoint(); // from now on
  CHECK(at.audit() == "audit at version 1: 0 agree, 1 differ, 0 not compared\n"
                      "client 1 differs from the server: the cause is older than the log, which "
                      "has no operation before this version");
}

TEST_CASE("a checkpoint in the middle of a batch is led on from there", "[audit][limits]") {
  world at{false, {.log = 2}};
  auto& green = at.join();
  auto& yellow = at.join();
  const auto submit = [](auto& by, std::uint64_t amount) {
    static_cast<void>(by.copy.submit(planted::data::operation{add{amount}}, by));
  };
  submit(green, 1);
  at.server.keep_checkpoint();
  submit(yellow, 2); // joins the same batch
  at.deliver();
  const_cast<planted::data&>(green.copy.shown()).value = 9;
  const std::string lead = "lead to the server's data";
  CHECK(at.audit().find("from version 2 on, applied again, " + lead) != std::string::npos);
  yellow.submit(add{3}); // the log lets that batch go
  CHECK(at.audit().find("from version 3 on, applied again, " + lead) != std::string::npos);
}

TEST_CASE("the checkpoint follows the log, whatever is let go", "[audit][limits]") {
  for (const bool checks_at_each : {false, true}) {
    world at{true, {.log = 3}};
    auto& green = at.join();
    for (std::uint64_t i = 0; i < 50; ++i) {
      green.submit(add{i});
      if (checks_at_each)
        CHECK(at.audit() ==
              "audit at version " + std::to_string(i + 1) + ": 1 agree, 0 differ, 0 not compared");
    }
    // A copy that was changed otherwise: what is applied again leads to the server's data.
    const_cast<planted::data&>(green.copy.shown()).value = 1;
    CHECK(at.audit() ==
          "audit at version 50: 0 agree, 1 differ, 0 not compared\n"
          "client 1 differs from the server: the operations from version 48 on, applied again, "
          "lead to the server's data, and to the same each time: the cause is older, is no "
          "operation, or does not show again");
  }
}

TEST_CASE("an audit tells that the server's data are the ones that were changed", "[audit]") {
  world at;
  auto& green = at.join();
  green.submit(add{1});
  const_cast<planted::data&>(at.server.data()).value = 77;
  CHECK(at.audit() ==
        "audit at version 1: 0 agree, 1 differ, 0 not compared\n"
        "client 1 differs from the server: the operations from version 1 on, applied again, lead "
        "to this copy, and not to the server's data, and to the same each time: the cause is "
        "older, is no operation, or does not show again");
}

TEST_CASE("an accepted operation that is refused when it is applied again is named", "[audit]") {
  world at;
  auto& green = at.join();
  green.submit(planted::refuse_later{});
  green.submit(planted::look_at_switch{});
  const_cast<planted::data&>(green.copy.shown()).value = 5;
  planted::is_on = false;
  static_cast<void>(at.audit());
  planted::is_on = true;
  REQUIRE(at.report.find(libsync::client_id{1})->first);
  CHECK(at.report.find(libsync::client_id{1})->first->version == 1);
}

TEST_CASE("a checkpoint that cannot be led on begins anew, and harms nobody", "[audit][limits]") {
  world at{true, {.log = 2}};
  auto& green = at.join();
  green.submit(planted::refuse_later{});
  planted::is_on = false; // the log lets go what the reducer now refuses
  for (std::uint64_t i = 1; i <= 6; ++i)
    green.submit(add{i});
  planted::is_on = true;
  CHECK(at.audit() == "audit at version 7: 1 agree, 0 differ, 0 not compared");
  green.submit(mix_address{});
  static_cast<void>(at.audit());
  CHECK(at.report.find(libsync::client_id{1})->first->version == 8);
}

TEST_CASE("a digest that depends on an address is told apart from a copy that differs", "[audit]") {
  world at;
  at.by = [](const planted::data& self) { return reinterpret_cast<std::uintptr_t>(&self); };
  at.join().submit(add{1});
  CHECK(at.audit() == "audit at version 1: 0 agree, 1 differ, 0 not compared\n"
                      "client 1 differs from the server: equal data have different digests, since "
                      "the function that makes them depends on more than the value, such as an "
                      "address");
}

TEST_CASE("an audit after an epoch in place begins with the data as they were then", "[audit]") {
  world at;
  auto& green = at.join();
  green.submit(mix_address{});
  at.server.begin_epoch(libsync::epoch_id{8}, 0, at);
  for (auto& one : at.clients)
    one->copy.connect(*one);
  at.deliver();
  CHECK(at.audit() == "audit at version 2: 1 agree, 0 differ, 0 not compared");
  CHECK(at.report.epoch == libsync::epoch_id{8});
  green.submit(add{1});
  green.submit(mix_address{});
  static_cast<void>(at.audit());
  REQUIRE(at.report.copies.size() == 1);
  CHECK(at.report.copies[0].first->version == 4);
}
