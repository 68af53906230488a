#pragma once

/// Clients that act as users would, and record what they see.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/actors/detail/waiting.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/actors/testing/client_habits.hpp"
#include "libsync/actors/testing/client_record.hpp"
#include "libsync/actors/testing/proxy.hpp"

#include "libsync/submission.hpp"

#include "libsync/testing/detail/made_operations.hpp"
#include "libsync/testing/digest.hpp"
#include "libsync/testing/random.hpp"

namespace libsync::testing {

namespace detail {

/// Starts an actor that calls `turn` again and again, each time after the pause that the call
/// before has returned, until one returns nothing.
void start_turns(caf::actor_system& system,
                 std::function<std::optional<std::chrono::nanoseconds>()> turn);

} // namespace detail

/// A user of a server, simulated. It makes each operation from the data that it sees. It is a
/// session behind a proxy, so it runs in a testing runtime and in any other, and a test may break
/// its connection. (`client_habits::has_proxy` may say otherwise.)
///
///     std::vector<simulated_client<counter>> users;
///     for (std::uint64_t seed = 1; seed <= 1000; ++seed)
///       users.emplace_back(server, make_operation, client_habits{.seed = seed, .submissions =
///       20});
///     runtime.run_until([&] { return std::ranges::all_of(users, is_done); });
///
/// The record tells what it saw. Use it from one thread.
template <class Data, replica_mode Mode = own_copy>
class simulated_client {
public:
  using operation = typename Data::operation;
  using generator = std::function<operation(const Data&, random&)>;

  simulated_client(const server_address<Data>& to, generator make, client_habits habits = {})
      : me_(std::make_shared<life>(to, std::move(make), habits)) {
    me_->connect();
    if (habits.submissions > 0)
      detail::start_turns(libsync::detail::system_of(me_->between.address().ref()),
                          [me = me_] { return me->turn(); });
  }

  simulated_client(simulated_client&&) noexcept = default;
  simulated_client& operator=(simulated_client&&) noexcept = default;
  ~simulated_client() {
    if (me_)
      me_->abandoned = true;
  }

  // What it is told to do beside.

  /// Submits an operation that the generator makes. Returns false if there are no data yet.
  bool submit() { return me_->submit(); }
  void submit(submission<Data> one) { me_->submit(std::move(one)); }

  /// Submits a transaction of `count` operations (if that is 1, an operation), which the generator
  /// makes by a seed of their own. Returns what was submitted, in words; nothing if there are no
  /// data yet.
  std::string submit_by(std::uint64_t seed, std::size_t count) {
    return me_->submit_by(seed, count);
  }

  void leave() { me_->say(libsync::detail::message::leave); }
  void come_back() { me_->come_back(); }

  /// Its client ends at once, as if its program crashed. `come_back` starts another.
  void die() { me_->die(); }

  /// Its program ends as it should: its session closes by itself, once each submission has its
  /// receipt. It does not come back.
  void close() { me_->close(); }

  /// Its next observer throws.
  void throw_next() { me_->shared->throws = true; }

  // What a test asks.

  /// Whether it has submitted all that it wanted, and each submission has its receipt.
  [[nodiscard]] bool is_done() const {
    return me_->left == 0 &&
           look([](const client_record& record) { return record.counts.waiting() == 0; });
  }
  /// Whether its program does not run; and whether it never will again.
  [[nodiscard]] bool is_dead() const noexcept { return me_->dead; }
  [[nodiscard]] bool is_closed() const noexcept { return me_->closed; }
  [[nodiscard]] bool has_proxy() const noexcept { return me_->habits.has_proxy; }

  [[nodiscard]] client_record record() const {
    const std::lock_guard guard{me_->shared->mutex};
    return me_->shared->record;
  }

  /// Calls `look` with the record, which is not copied.
  template <class Look>
  decltype(auto) look(Look look_at) const {
    const std::lock_guard guard{me_->shared->mutex};
    return look_at(std::as_const(me_->shared->record));
  }

  [[nodiscard]] libsync::session<Data, Mode>& session() noexcept { return *me_->session; }
  [[nodiscard]] proxy<Data>& connection() noexcept { return me_->between; }

  /// Calls `tell` with each change of its copy, and each receipt, in its actor, after the record.
  void on_seen(const std::function<void(const seen_version&, const Data&)>& tell) {
    me_->shared->on_seen = tell;
  }
  void on_told(const std::function<void(const told_receipt&)>& tell) {
    me_->shared->on_told = tell;
  }

private:
  // What callbacks use, which may come late.
  struct notes {
    std::mutex mutex;
    client_record record;
    std::atomic<bool> throws{false};
    std::function<void(const seen_version&, const Data&)> on_seen;
    std::function<void(const told_receipt&)> on_told;

    // Which of its programs runs. One that has crashed sees nothing more.
    std::size_t program = 0;

    void see(std::size_t by, const seen_version& next, const Data& data) {
      {
        const std::lock_guard guard{mutex};
        if (by != program)
          return;
        record.see(next);
      }
      if (on_seen)
        on_seen(next, data);
      if (throws.exchange(false))
        throw std::runtime_error("an observer of a simulated client throws");
    }

    void tell(std::size_t by, std::size_t submission, const receipt& what) {
      {
        const std::lock_guard guard{mutex};
        if (by != program)
          return;
        record.tell(submission, what);
      }
      if (on_told)
        on_told({submission, what});
    }

    // Nobody knows what became of the submissions that wait.
    void crash() {
      std::vector<std::size_t> waiting;
      std::size_t by = 0;
      {
        const std::lock_guard guard{mutex};
        record.has_receipt.resize(record.counts.submitted);
        for (std::size_t i = 0; i < record.has_receipt.size(); ++i)
          if (!record.has_receipt[i])
            waiting.push_back(i);
        by = ++program;
      }
      for (const auto submission : waiting)
        tell(by, submission, receipt::unknown("the simulated client has died"_reason));
    }
  };

  struct life {
    life(const server_address<Data>& server, generator how, const client_habits& its)
        : make(std::move(how)), habits(its), choices(its.seed), to(server), between(server),
          left(its.submissions) {
      between.delay(direction::to_client, its.reading_time);
    }

    void connect() {
      client_options<Data, Mode> options;
      options.bounds = habits.bounds;
      options.on_change = [to = shared,
                           by = program()](const typename observed<Data, Mode>::type& what) {
        if constexpr (std::same_as<Mode, own_copy>)
          to->see(by, {what.version, what.by, what.operations.empty(), digest_of(what.data)},
                  what.data);
        else
          to->see(by, {what.version, {}, true, digest_of(*what.data)}, *what.data);
      };
      if (habits.has_proxy)
        session.emplace(between.address(), std::move(options));
      else
        session.emplace(to, std::move(options));
      dead = false;
    }

    bool submit() {
      std::optional<operation> next;
      if (dead || !has_seen())
        return false;
      static_cast<void>(session->read([&](const Data& data) { next = make(data, choices); }));
      if (!next)
        return false;
      submit(submission<Data>{*std::move(next)});
      return true;
    }

    std::string submit_by(std::uint64_t seed, std::size_t count) {
      std::vector<operation> all;
      if (dead || !has_seen())
        return {};
      static_cast<void>(session->read([&](const Data& data) {
        all = detail::make_operations(data, make, random{seed}, count);
      }));
      if (all.empty())
        return {};
      auto words = detail::in_words(all);
      submit(all.size() == 1 ? submission<Data>{std::move(all.front())}
                             : submission<Data>{transaction<Data>{std::move(all)}});
      return words;
    }

    void submit(submission<Data> one) {
      std::size_t number = 0;
      {
        const std::lock_guard guard{shared->mutex};
        number = shared->record.counts.submitted++;
      }
      session->submit(
          std::move(one),
          [to = shared, by = program(), number](const receipt& what) {
            to->tell(by, number, what);
          },
          when_full::answer);
    }

    void say(libsync::detail::message what) {
      if (!dead)
        libsync::detail::send(session->handle().ref(), what);
    }

    void come_back() {
      if (closed)
        return;
      if (dead)
        connect();
      else
        say(libsync::detail::message::join);
    }

    void die() {
      dead = true;
      shared->crash();
      libsync::detail::stop(session->handle().ref());
      // The session stays until the next one takes its place, because its end is waited for.
      former.push_back(std::move(*session));
      session.reset();
    }

    void close() {
      dead = closed = true;
      const libsync::detail::no_waiting here{"a simulation"};
      session.reset();
    }

    std::optional<std::chrono::nanoseconds> turn() {
      if (abandoned || closed || left == 0)
        return std::nullopt;
      if (away) {
        come_back();
        away = false;
      } else if (choices.chance(habits.leaves_in_100)) {
        say(libsync::detail::message::leave);
        away = true;
      } else if (choices.chance(habits.dies_in_100)) {
        die();
        away = true;
      } else if (submit()) {
        --left;
      }
      const auto most = 2 * habits.think_time.count();
      return std::chrono::nanoseconds{most > 0 ? choices.between(0, most) : 0};
    }

    [[nodiscard]] std::size_t program() {
      const std::lock_guard guard{shared->mutex};
      return shared->program;
    }

    [[nodiscard]] bool has_seen() {
      const std::lock_guard guard{shared->mutex};
      return !shared->record.seen.empty();
    }

    generator make;
    client_habits habits;
    random choices;
    server_address<Data> to;
    proxy<Data> between;
    std::shared_ptr<notes> shared = std::make_shared<notes>();
    std::vector<libsync::session<Data, Mode>> former;
    std::optional<libsync::session<Data, Mode>> session;
    std::atomic<std::size_t> left;
    std::atomic<bool> abandoned{false};
    bool dead = false;
    bool closed = false;
    bool away = false;
  };

  std::shared_ptr<life> me_;
};

/// Makes `count` of them, with seeds one after the other.
template <class Data, class Generator>
[[nodiscard]] std::vector<simulated_client<Data>>
simulated_clients(std::size_t count, const server_address<Data>& to, Generator make,
                  client_habits habits = {}) {
  std::vector<simulated_client<Data>> all;
  all.reserve(count);
  for (; all.size() < count; ++habits.seed)
    all.emplace_back(to, make, habits);
  return all;
}

} // namespace libsync::testing
