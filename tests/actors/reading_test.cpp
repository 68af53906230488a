#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "libsync/actors/session.hpp"
#include "libsync/submission.hpp"
#include "support/catch.hpp"
#include "support/tape.hpp"
#include "support/tape_actors.hpp"

namespace {

using libsync::receipt;
using tape_session = libsync::session<tape::data>;

// Data with an operation that takes as long as a test wants.
struct held {
  struct operation {
    int amount = 0;
    std::shared_future<void> until;
    std::shared_ptr<std::promise<void>> begun;
  };
  int value = 0;
};

// On a client's copy it says that it has begun, and waits.
thread_local bool is_server = false;

void reduce(held& data, const held::operation& op) {
  data.value += op.amount;
  if (!op.until.valid() || is_server)
    return;
  op.begun->set_value();
  op.until.wait();
}

// A server whose own reduction does not wait.
libsync::server_options<held> of_held() {
  libsync::server_options<held> options;
  options.inject_fault = [](libsync::fault_point where) {
    is_server = where == libsync::fault_point::before;
  };
  return options;
}

} // namespace

TEST_CASE("a thread reads what it has heard to be accepted", "[reading][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session one{server};
  libsync::session<tape::data, libsync::shared_view> viewer{server};
  for (std::int64_t i = 1; i <= 200; ++i) {
    const auto mine = one.submit(tape::append{i}).get();
    const auto size = [](const tape::data& data) { return data.values.size(); };
    CHECK(one.read(size).operator*() >= mine.version);
    CHECK(one.snapshot()->version >= mine.version);
    const auto his = viewer.submit(tape::append{-i}).get();
    CHECK(*viewer.read(size) >= his.version);
    CHECK(viewer.snapshot()->version >= his.version);
  }
  CHECK(one.read([](const tape::data&, libsync::version version) { return version; }).operator*() >=
        399);
  CHECK(one.read([](const tape::data&) {}));
}

TEST_CASE("reading waits for no observer, and may be done in one", "[reading][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  std::promise<void> go;
  std::promise<void> came;
  tape_session* self = nullptr;
  std::atomic<libsync::version> seen_within{0};
  libsync::client_options<tape::data> options;
  options.on_change = [&, gate = go.get_future().share()](const auto& what) {
    if (what.version != 1)
      return;
    seen_within = self->snapshot()->version;
    came.set_value();
    gate.wait();
  };
  tape_session slow{server, options};
  self = &slow;
  REQUIRE(slow.snapshot());
  tape_session other{server};
  other.post(tape::append{7});
  came.get_future().wait();
  CHECK(slow.read([](const tape::data& data) { return data.values.back(); }).operator*() == 7);
  CHECK(slow.snapshot()->version == 1);
  CHECK(seen_within == 1);
  go.set_value();
}

TEST_CASE("a snapshot is there while a long operation is applied to the copy",
          "[reading][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, held{}, of_held());
  libsync::session<held> session{server};
  REQUIRE(session.snapshot()); // somebody reads
  CHECK(session.submit({1, {}, {}}).get() == receipt::accepted(1));
  std::promise<void> go;
  auto begun = std::make_shared<std::promise<void>>();
  auto coming = session.submit({10, go.get_future().share(), begun});
  begun->get_future().wait();
  for (int i = 0; i < 3; ++i) {
    const auto before = session.snapshot();
    CHECK(before->version == 1);
    CHECK(before->data->value == 1);
  }
  go.set_value();
  CHECK(coming.get() == receipt::accepted(2));
  CHECK(session.snapshot()->data->value == 11);
}

TEST_CASE("calls that wait say so within a function that reads", "[reading][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session session{server};
  REQUIRE(session.snapshot());
  const auto why = session.read([&](const tape::data&) {
    auto undecided = session.submit(tape::append{1}).get();
    CHECK(session.read(
        [](const tape::data&, libsync::version version) { return version; })); // nested
    return std::string{undecided.reason};
  });
  CHECK(why->find("a function that reads a session") != std::string::npos);
}

TEST_CASE("reading says why there are no data", "[reading][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  caf::anon_send_exit(to_caf(server), caf::exit_reason::kill);
  tape_session session{server};
  CHECK(session.snapshot().reason() == "there are no data: the server has ended");
  CHECK(session.read([](const tape::data&) {}).reason() ==
        "there are no data: the server has ended");
  CHECK(session.read([](const tape::data&) { return 1; }).reason() ==
        "there are no data: the server has ended");
  auto moved = std::move(session);
  // NOLINTNEXTLINE(bugprone-use-after-move): that is the case
  const auto of_moved = session.snapshot();
  CHECK(of_moved.reason() == "the session was moved from");
}

TEST_CASE("threads read whole versions, never older ones, beside a flood", "[reading][threads]") {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, tape::data{});
  tape_session session{server};
  REQUIRE(session.snapshot());
  std::atomic<bool> wrong{false};
  std::atomic<bool> stop{false};
  std::vector<std::jthread> readers;
  for (int t = 0; t < 2; ++t)
    readers.emplace_back([&] {
      for (libsync::version latest = 0; !stop;) {
        static_cast<void>(session.read([&](const tape::data& data, libsync::version version) {
          wrong = wrong || version < latest || data.values.size() != 2 * version;
          latest = version;
        }));
        const auto shared = *session.snapshot();
        wrong =
            wrong || shared.version < latest || shared.data->values.size() != 2 * shared.version;
        latest = shared.version;
      }
    });
  for (int i = 0; i < 3000; ++i)
    session.post(libsync::transaction<tape::data>{{tape::append{i}, tape::append{i}}});
  CHECK(session.wait_for(3000, std::chrono::minutes(4)));
  stop = true;
  readers.clear();
  CHECK_FALSE(wrong);
}
