#include "libsync/actors/testing/runtime.hpp"

#include <algorithm>
#include <iostream>
#include <limits>
#include <map>
#include <stdexcept>
#include <thread>
#include <utility>

#include "libsync/actors/detail/actor_driver.hpp"
#include "libsync/actors/detail/waiting.hpp"
#include "on_caf/compat.hpp"
#include "on_caf/spawned.hpp"
#include "on_caf/system.hpp"
#include "ready_actors.hpp"

#include <caf/actor_registry.hpp>
#include <caf/all.hpp>

namespace libsync::testing {

namespace {

using time_point = std::chrono::steady_clock::time_point;
using namespace std::string_literals;

caf::actor_id id_of(const libsync::detail::actor_handle& whom) {
  if (!whom)
    throw std::invalid_argument("libsync::testing: the handle is null, expected one to an actor");
  return whom.ref().get()->id();
}

} // namespace

struct runtime::parts final : libsync::detail::actor_driver {
  explicit parts(const runtime_options& how)
      : options(how), choices(how.seed), ready(how.policy), start(system.clock().now()),
        last_of_system(system.system().latest_actor_id()) {}

  bool step() {
    check_thread();
    collect();
    if (ready.empty())
      return false;
    const libsync::detail::no_waiting here{"an actor"};
    const inside now{running};
    ++taken;
    const auto one = ready.take(choices);
    if (system.scheduler().run(one.job) == after::again)
      put_back(one);
    return true;
  }

  // One that has no message any more waits for the next one, whatever CAF says of it.
  void put_back(ready_actors::actor one) {
    auto* whom = dynamic_cast<caf::scheduled_actor*>(one.job);
    if (whom != nullptr && whom->mailbox().try_block())
      caf::intrusive_ptr_release(one.job);
    else
      ready.add(one);
  }

  bool let_time_pass(time_point deadline) {
    check_thread();
    const auto next = system.clock().next_timer();
    if (!next || *next > deadline)
      return false;
    system.clock().advance_to(*next);
    return true;
  }

  void run() {
    const auto most = limit();
    try_run(most);
    check_steps(most);
  }

  reason drive(const std::function<bool()>& done, time_point deadline) override {
    const auto until = in_its_time(deadline);
    for (const auto most = limit(); !done(); check_steps(most))
      if (!step() && !let_time_pass(until)) {
        if (deadline == time_point::max())
          return "nothing is left to run in the testing runtime of this thread, so what it waits "
                 "for does not come; " +
                 who_waits();
        system.clock().advance_to(until);
        return "the deadline passed before it came"_reason;
      }
    return {};
  }

  [[nodiscard]] timestamp time() override {
    constexpr timestamp year_2000 = 946'684'800'000;
    const auto passed = system.clock().now() - start;
    return year_2000 + std::chrono::duration_cast<std::chrono::milliseconds>(passed).count();
  }

  void advance(std::chrono::nanoseconds time) {
    check_thread();
    system.clock().advance_to(system.clock().now() + time);
  }

  // The system waits for its actors, so all must be brought to their end.
  void end() noexcept {
    try {
      ready.thaw_all();
      bool finished = try_run(limit());
      system.clock().drop_timers();
      finished = finished && try_run(limit());
      if (finished && system.system().registry().running() != 0)
        std::cerr << "libsync: the testing runtime ends actors that outlive it: declare their "
                     "handles and sessions after it; "
                  << who_waits() << '\n';
      while (system.system().registry().running() != 0 && !actors.empty()) {
        for (const auto& [id, known] : actors)
          libsync::detail::compat::send_exit(caf::strong_actor_ptr{known.whom},
                                             caf::exit_reason::kill);
        try_run(limit());
      }
    } catch (const std::exception& what) {
      std::cerr << what.what() << '\n';
    }
  }

  // Returns whether nothing is left to run before more steps than these are taken.
  bool try_run(std::uint64_t most) {
    while (taken <= most && step()) {
    }
    return taken <= most;
  }

  [[nodiscard]] std::string who_waits() const {
    std::map<std::string, std::size_t> kinds;
    for (const auto& [id, known] : actors)
      ++kinds[known.name + (ready.is_frozen(id) ? " (frozen)"s : ""s)];
    if (kinds.empty())
      return "no actor lives";
    std::string text = "these actors wait for messages: ";
    for (const char* between = ""; const auto& [name, count] : kinds) {
      text += between + std::to_string(count) + " " + name;
      between = ", ";
    }
    return text;
  }

  // Whether one of its actors is handling a message.
  struct inside {
    explicit inside(bool& mark) : running(mark) { running = true; }
    ~inside() { running = false; }
    inside(const inside&) = delete;
    inside& operator=(const inside&) = delete;
    bool& running;
  };

  struct known_actor {
    caf::actor_control_block* whom;
    std::string name;
  };

  // Forgets an actor as it ends, and holds no reference meanwhile, which would keep its memory.
  struct farewell : caf::attachable {
    farewell(parts& from, caf::actor_id whom) : of(from), id(whom) {}
    void actor_exited(const caf::error&, libsync::detail::compat::runner*) override {
      of.actors.erase(id);
    }
    parts& of;
    caf::actor_id id;
  };

  // Takes what was scheduled since the last step.
  void collect() {
    for (auto& scheduled = system.scheduler().jobs; !scheduled.empty(); scheduled.pop_front()) {
      auto* const job = scheduled.front();
      auto* const whom = dynamic_cast<caf::scheduled_actor*>(job);
      if (whom != nullptr && whom->id() <= last_of_system) {
        // How many actors CAF itself has is its version's affair, so no seed chooses among them.
        if (system.scheduler().run(job) == after::again)
          scheduled.push_back(job);
        continue;
      }
      if (whom != nullptr)
        meet(*whom);
      ready.add({whom == nullptr ? std::numeric_limits<caf::actor_id>::max() : whom->id(), job});
    }
  }

  void meet(caf::scheduled_actor& whom) {
    const auto id = whom.id();
    if (!actors.try_emplace(id, known_actor{whom.ctrl(), whom.name()}).second)
      return;
    try {
      whom.attach(std::make_unique<farewell>(*this, id));
    } catch (...) {
      actors.erase(id);
      throw;
    }
  }

  void check_thread() const {
    if (std::this_thread::get_id() != thread)
      throw std::logic_error("libsync::testing: a testing runtime belongs to the thread that has "
                             "made it, and another thread uses it");
    if (running)
      throw std::logic_error("libsync::testing: one of the runtime's actors, or one of their "
                             "callbacks, runs the runtime, which only the test may do");
  }

  [[nodiscard]] std::uint64_t limit() const { return taken + options.most_steps; }

  void check_steps(std::uint64_t most) const {
    if (taken > most)
      throw std::runtime_error("libsync::testing: after " + std::to_string(options.most_steps) +
                               " steps there are still messages, so actors may send to each other "
                               "for ever; " +
                               who_waits());
  }

  // A deadline of the thread's clock by the clock of the runtime.
  [[nodiscard]] time_point in_its_time(time_point deadline) {
    if (deadline == time_point::max())
      return deadline;
    return system.clock().now() + std::max(deadline - std::chrono::steady_clock::now(),
                                           std::chrono::steady_clock::duration::zero());
  }

  const runtime_options options;
  const std::thread::id thread = std::this_thread::get_id();
  testing::random choices;
  ready_actors ready;
  std::map<caf::actor_id, known_actor> actors;
  std::uint64_t taken = 0;
  bool running = false;
  manual_system system;
  const time_point start;
  const caf::actor_id last_of_system; // CAF has some actors of its own
};

runtime::runtime(const runtime_options& options) : parts_(std::make_unique<parts>(options)) {}

runtime::~runtime() {
  parts_->end();
}

caf::actor_system& runtime::system() noexcept {
  return parts_->system.system();
}

bool runtime::step() {
  return parts_->step();
}

void runtime::steps(std::size_t most) {
  while (most-- > 0 && step()) {
  }
}

void runtime::run() {
  parts_->run();
}

void runtime::run_until(const std::function<bool()>& done) {
  if (const auto why = parts_->drive(done, time_point::max()); !why.empty())
    throw std::runtime_error("libsync::testing: the predicate does not hold, and nothing is left "
                             "to run; " +
                             who_waits());
}

void runtime::advance(std::chrono::nanoseconds time) {
  parts_->advance(time);
}

std::chrono::nanoseconds runtime::now() const {
  return parts_->system.clock().now() - parts_->start;
}

std::uint64_t runtime::steps_taken() const noexcept {
  return parts_->taken;
}

void runtime::freeze(const libsync::detail::actor_handle& whom) {
  const auto id = id_of(whom);
  parts_->collect();
  parts_->ready.freeze(id);
}

void runtime::thaw(const libsync::detail::actor_handle& whom) {
  parts_->ready.thaw(id_of(whom));
}

void runtime::thaw_all() {
  parts_->ready.thaw_all();
}

bool runtime::is_frozen(const libsync::detail::actor_handle& whom) const {
  return parts_->ready.is_frozen(id_of(whom));
}

void runtime::kill(const libsync::detail::actor_handle& whom) {
  thaw(whom);
  namespace compat = libsync::detail::compat;
  // CAF's own exits wait behind the messages that are in the mailbox.
  if (const auto victim = compat::pointer_to(whom.ref()))
    put_first(victim, compat::mail(nullptr, caf::make_message_id(caf::message_priority::high),
                                   caf::exit_msg{compat::address(victim), caf::exit_reason::kill}));
}

std::string runtime::who_waits() const {
  return parts_->who_waits();
}

testing::random& runtime::random() noexcept {
  return parts_->choices;
}

} // namespace libsync::testing
