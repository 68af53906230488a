#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "libsync/actors/session.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/marks.hpp"
#include "support/no_waiting.hpp"
#include "support/status.hpp"

// Each allocation, and each copy or move of an operation, that a submitting thread makes fails in
// its turn: then nothing was submitted and nobody is told, or there is one receipt; and what comes
// later is decided as ever.

using libsync::posted;
using libsync::receipt;
using marks::all_of;
using marks::mark;

namespace {

using session = libsync::session<marks::data>;

// A session that is open, of which nothing runs but by the test.
struct scene {
  explicit scene(std::size_t outbox = 1000, std::size_t parcel = 2) {
    libsync::client_options<marks::data> options;
    options.bounds.outbox = outbox;
    options.bounds.parcel = parcel;
    open.emplace(server, options);
  }

  libsync::testing::runtime at;
  libsync::server<marks::data> server = libsync::spawn_server(at, marks::data{});
  std::optional<session> open;
  std::vector<receipt> told;

  libsync::receipt_handler handler() {
    return [this](const receipt& what) { told.push_back(what); };
  }

  ~scene() {
    const no_waiting here{"a test"};
    open.reset();
  }
};

// By which way a submission goes, and what waits before it.
enum class way { line, empty_buffer, buffer };

void prepare(scene& in, way which) {
  if (which != way::empty_buffer)
    in.at.run(); // it joins, and the line is open
  if (which == way::buffer)
    for (int value = 0; value < 3; ++value)
      in.open->post(mark(value));
}

std::vector<int> values_of(scene& in) {
  return copy_of<marks::data>(in.at, in.server).data->values;
}

std::vector<int> expected(way which, bool whole, std::vector<int> submitted) {
  std::vector<int> all;
  if (which == way::buffer)
    all = {0, 1, 2};
  if (whole)
    all.insert(all.end(), submitted.begin(), submitted.end());
  all.push_back(99);
  return all;
}

// Runs `scenario(which, arm)` with each step failing, for every way and either kind of step.
template <class Scenario>
void each_failure(Scenario scenario) {
  for (const auto which : {way::line, way::empty_buffer, way::buffer}) {
    INFO("way " << static_cast<int>(which));
    const auto allocations =
        failing::each_allocation([&](const auto& arm) { scenario(which, arm); });
    const auto transfers = failing::each_transfer([&](const auto& arm) { scenario(which, arm); });
    CHECK(allocations + transfers > 0);
  }
}

} // namespace

TEST_CASE("a submission that throws has submitted nothing, or has its receipt",
          "[session][memory]") {
  each_failure([](way which, const auto& arm) {
    scene in;
    prepare(in, which);
    libsync::receipt_future coming;
    const bool whole = arm([&] { coming = in.open->submit(mark(10)); });
    auto later = in.open->submit(mark(99));
    REQUIRE(values_of(in) == expected(which, whole, {10}));
    CHECK(coming.valid() == whole);
    CHECK(coming.is_ready() == whole);
    CHECK((!whole || coming.get().is_accepted()));
    CHECK(later.get().is_accepted());
  });
}

TEST_CASE("a submission with a handler gives it one receipt, or throws and gives it none",
          "[session][memory]") {
  each_failure([](way which, const auto& arm) {
    scene in;
    prepare(in, which);
    const bool whole = arm([&] { in.open->submit(mark(10), in.handler()); });
    in.open->submit(mark(99), in.handler());
    REQUIRE(values_of(in) == expected(which, whole, {10}));
    REQUIRE(in.told.size() == (whole ? 2 : 1));
    for (const auto& one : in.told)
      CHECK(one.is_accepted());
  });
}

TEST_CASE("a post that throws has submitted nothing", "[session][memory]") {
  each_failure([](way which, const auto& arm) {
    scene in;
    prepare(in, which);
    auto what = posted::closed;
    const bool whole = arm([&] { what = in.open->post(mark(10)); });
    CHECK(what == (whole ? posted::taken : posted::closed));
    CHECK(in.open->post(mark(99)) == posted::taken);
    REQUIRE(values_of(in) == expected(which, whole, {10}));
  });
}

TEST_CASE("a transaction or a condition that fails has submitted nothing", "[session][memory]") {
  each_failure([](way which, const auto& arm) {
    scene in;
    prepare(in, which);
    std::vector<libsync::receipt_future> coming;
    coming.reserve(3);
    const auto submit = [&](const std::vector<int>& values) {
      return arm([&] { coming.push_back(in.open->submit(all_of(values).only_since(0))); });
    };
    std::vector<int> submitted;
    for (const auto& values : {std::vector{10, 11, 12}, std::vector<int>{}, std::vector{13}})
      if (submit(values))
        submitted.insert(submitted.end(), values.begin(), values.end());
    auto later = in.open->submit(mark(99));
    REQUIRE(values_of(in) == expected(which, true, submitted));
    for (const auto& one : coming)
      CHECK(one.get().is_accepted());
    CHECK(later.get().is_accepted());
  });
}

TEST_CASE("many submissions, some of which fail, keep their order and their receipts",
          "[session][memory]") {
  each_failure([](way which, const auto& arm) {
    scene in;
    prepare(in, which);
    std::vector<libsync::receipt_future> coming;
    coming.reserve(40);
    std::vector<int> submitted;
    submitted.reserve(40);
    const auto submit = [&](int value) {
      try {
        coming.push_back(in.open->submit(mark(value)));
        submitted.push_back(value);
      } catch (const std::exception&) { // one of them all
      }
    };
    CHECK(arm([&] {
      for (int value = 10; value < 50; ++value)
        submit(value);
    }));
    in.open->post(mark(99));
    REQUIRE(values_of(in) == expected(which, true, submitted));
    REQUIRE(coming.size() == submitted.size());
    for (const auto& one : coming)
      CHECK(one.get().is_accepted());
  });
}

TEST_CASE("closing, destroying and moving never fail, and decide everything", "[session][memory]") {
  for (const auto how : {"close", "destroy", "assign", "move"}) {
    INFO(how);
    failing::each_allocation([&](auto arm) {
      scene in;
      in.at.run();
      std::vector<libsync::receipt_future> coming;
      for (int value = 0; value < 3; ++value)
        coming.push_back(in.open->submit(mark(value)));
      std::optional<session> other;
      {
        const no_waiting here{"a test"};
        CHECK(arm([&] {
          if (how == std::string_view{"close"})
            in.open->close();
          else if (how == std::string_view{"destroy"})
            in.open.reset();
          else if (how == std::string_view{"move"})
            other.emplace(std::move(*in.open));
          else
            *in.open = std::move(other.emplace(std::move(*in.open)));
          other.reset();
        }));
      }
      in.at.run();
      for (const auto& one : coming)
        CHECK(one.get().is_accepted());
    });
  }
}

TEST_CASE("a submission that throws does not block others, also on real threads",
          "[session][memory][threads]") {
  failing::each_allocation([](auto arm) {
    libsync::runtime runtime;
    const auto server = libsync::spawn_server(runtime, marks::data{});
    session open{server};
    libsync::receipt_future coming;
    const bool whole = arm([&] { coming = open.submit(mark(1)); });
    CHECK(open.submit(mark(2)).get().is_accepted());
    CHECK(coming.valid() == whole);
    CHECK((!whole || coming.get().is_accepted()));
    CHECK(arm([&] { open.close(); }));
  });
}

TEST_CASE("operations that are dropped may use the session as they go", "[session][memory]") {
  for (const bool waits_for_receipt : {false, true}) {
    std::vector<posted> heard;
    std::optional<receipt> last;
    {
      scene in{3, 3}; // while one is undecided the client cannot take the other three
      in.at.run();
      const auto post = [&] { heard.push_back(in.open->post(mark(3))); };
      caf::anon_send_exit(to_caf(in.server), caf::exit_reason::kill);
      in.open->post(mark(0)); // by the line
      for (int value = 1; value < 4; ++value)
        if (waits_for_receipt)
          in.open->submit(mark(value, post), [&](const receipt& what) { last = what; });
        else
          in.open->post(mark(value, post));
      in.at.run();
      failing::transfers().start(1);
      CHECK_THROWS(in.open->post(mark(1, post)));
      failing::transfers().stop();
    }
    CHECK(heard == std::vector<posted>(4, posted::closed));
    CHECK(last.has_value() == waits_for_receipt);
    CHECK((!last || *last == receipt::refused("the server has ended")));
  }
}
