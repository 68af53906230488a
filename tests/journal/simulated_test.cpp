#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "journal/place.hpp"
#include "libsync/actors/testing/proxy.hpp"
#include "libsync/actors/testing/simulate_actors.hpp"
#include "libsync/actors/testing/simulated_journal.hpp"
#include "simulate/stored.hpp"
#include "support/catch.hpp"

using books::pay;
using books::place;

namespace {

// Keeps all but each seventh record, and says nothing.
struct forgetful final : libsync::any_journal<bank::data> {
  explicit forgetful(std::unique_ptr<libsync::any_journal<bank::data>> in) : inner(std::move(in)) {}

  std::optional<libsync::stored_state<bank::data>> load(libsync::amount newest) override {
    return inner->load(newest);
  }
  void write(const libsync::journal_record<bank::data>& what) override {
    if (what.data || ++written % 7 != 0)
      inner->write(what);
  }
  bool wants_data() const noexcept override { return inner->wants_data(); }
  void close() override { inner->close(); }

  std::unique_ptr<libsync::any_journal<bank::data>> inner;
  std::size_t written = 0;
};

struct forgetful_place {
  libsync::memory_journal in;

  template <class Data>
  [[nodiscard]] std::unique_ptr<libsync::any_journal<Data>> open() const {
    return std::make_unique<forgetful>(in.open<Data>());
  }
};

} // namespace

TEST_CASE("servers with a journal are simulated, also where the data have no JSON") {
  for (const auto& journal :
       {libsync::testing::journal_in_memory<bank::data>(), bank::in_rows<bank::data>()}) {
    const auto report = libsync::testing::simulate_actors<bank::data>(
        {.seeds = 6, .timers = true, .journal = journal}, bank::make, bank::is_sound);
    INFO(report);
    CHECK(report);
  }
}

TEST_CASE("a journal that forgets is found") {
  const auto journal =
      libsync::testing::journal_in<bank::data>([](libsync::durability level, std::uint64_t) {
        return forgetful_place{{std::make_shared<libsync::memory_disk>(), level}};
      });
  const auto report = libsync::testing::simulate_actors<bank::data>(
      {.seeds = 20, .journal = journal}, bank::make, bank::is_sound);
  CHECK_FALSE(report);
}

TEST_CASE("a session goes on with the server of another process, to which it is led") {
  place here;
  here.start();
  libsync::testing::proxy<books::data> connection{here.server};
  libsync::session<books::data> session{connection.address()};
  CHECK(books::submit(session, pay{"rent", 1}) == libsync::receipt::accepted(1));
  const auto id = session.status()->id;
  connection.lead_nowhere();
  here.stop();
  auto told = session.submit(pay{"rent", 2});
  here.at.run();
  CHECK_FALSE(told.is_ready());
  here.start();
  connection.lead_to(here.server);
  CHECK(told.get() == libsync::receipt::accepted(2));
  CHECK(session.status()->id == id);
  CHECK(here.read().data->accounts.at("rent") == 3);
}
