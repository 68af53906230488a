#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "libsync/actors/messages.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "on_caf/compat.hpp"
#include "support/caf.hpp"
#include "support/catch.hpp"
#include "support/memory.hpp"

using libsync::detail::compat::end_watch;

namespace {

using task = std::function<void(caf::event_based_actor*)>;

// An actor that does what it is told, and holds watches of itself.
class watched : public caf::event_based_actor {
public:
  watched(caf::actor_config& config, const task& first) : caf::event_based_actor(config) {
    first(this);
  }

  caf::behavior make_behavior() override {
    return {[this](go_atom, const libsync::envelope& what) { what.as<task>()(this); }};
  }
};

void tell(libsync::testing::runtime& at, const caf::actor& whom, task what) {
  send_to(whom, go_atom_v, libsync::enclose(std::move(what)));
  at.run();
}

} // namespace

TEST_CASE("a watch calls its function once, however the actor ends", "[address]") {
  const auto way = GENERATE(0, 1, 2, 3);
  libsync::testing::runtime at;
  int called = 0;
  std::optional<end_watch> watch;
  auto actor = at.system().spawn<watched>(
      [&](auto* self) { watch.emplace(self, [&](const caf::error&) { ++called; }); });
  at.run();
  CHECK(called == 0);
  switch (way) {
  case 0: // told to
    caf::anon_send_exit(actor, caf::exit_reason::kill);
    break;
  case 1: // by itself
    tell(at, actor, [](auto* self) { self->quit(); });
    break;
  case 2: // by an exception
    tell(at, actor, [](auto* self) {
      self->set_exception_handler([](std::exception_ptr&) { return caf::sec::runtime_error; });
      throw 1;
    });
    break;
  default: // because nobody holds it any more
    actor = nullptr;
  }
  at.run();
  CHECK(called == 1);
  actor = nullptr; // the watch outlives it
  watch.reset();
  CHECK(called == 1);
}

TEST_CASE("a watch on an actor that has ended calls at once", "[address]") {
  libsync::testing::runtime at;
  caf::event_based_actor* self = nullptr;
  auto actor = at.system().spawn<watched>([&](auto* made) { self = made; });
  caf::anon_send_exit(actor, caf::exit_reason::kill);
  at.run();
  int called = 0;
  const end_watch watch{self, [&](const caf::error& why) {
                          ++called;
                          CHECK(why == caf::exit_reason::kill);
                        }};
  CHECK(called == 1);
}

TEST_CASE("a watch that is destroyed calls nobody", "[address]") {
  libsync::testing::runtime at;
  int called = 0;
  auto actor = at.system().spawn<watched>([&](auto* self) {
    const end_watch brief{self, [&](const caf::error&) { ++called; }};
  });
  caf::anon_send_exit(actor, caf::exit_reason::kill);
  at.run();
  CHECK(called == 0);
}

TEST_CASE("a watch may be destroyed by the function of any watch while the actor ends",
          "[address]") {
  constexpr std::size_t count = 5;
  const auto caller = GENERATE(range(std::size_t{0}, std::size_t{5})); // the latest is called first
  libsync::testing::runtime at;
  std::size_t called = 0;
  std::vector<std::unique_ptr<end_watch>> watches(count);
  auto actor = at.system().spawn<watched>([&](auto* self) {
    for (std::size_t i = 0; i < count; ++i)
      watches[i] = std::make_unique<end_watch>(self, [&, i](const caf::error&) {
        ++called;
        if (i == caller)
          for (auto& one : watches)
            one.reset();
      });
  });
  caf::anon_send_exit(actor, caf::exit_reason::kill);
  at.run();
  CHECK(called == count - caller);
}

TEST_CASE("watches that come and go leave nothing in their actor", "[address]") {
  libsync::testing::runtime at;
  int called = 0;
  auto actor = at.system().spawn<watched>([](auto*) {});
  std::ptrdiff_t grown = size_noise;
  tell(at, actor, [&](auto* self) {
    const end_watch stays{self, [&](const caf::error&) { ++called; }};
    const auto before = outstanding_bytes();
    for (int i = 0; i < 100'000; ++i)
      const end_watch brief{self, [&](const caf::error&) { ++called; }};
    grown = outstanding_bytes() - before;
  });
  CHECK(grown < size_noise);
  CHECK(called == 0);
}
