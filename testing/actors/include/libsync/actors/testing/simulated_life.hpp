#pragma once

/// The life of a simulated client: its session, and what it sees.

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

#include "libsync/identity.hpp"
#include "libsync/reducer_forms.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/submission.hpp"
#include "libsync/undo.hpp"

#include "libsync/testing/detail/made_operations.hpp"
#include "libsync/testing/digest.hpp"
#include "libsync/testing/random.hpp"

namespace libsync::testing::detail {

/// Starts an actor that calls `turn` again and again, each time after the pause that the call
/// before has returned, until one returns nothing.
void start_turns(caf::actor_system& system,
                 std::function<std::optional<std::chrono::nanoseconds>()> turn);

/// What callbacks use, which may come late.
template <class Data>
struct simulated_notes {
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

/// A session behind a proxy, and what it does by itself.
template <class Data, replica_mode Mode>
struct simulated_life {
  using operation = typename Data::operation;
  using generator = std::function<operation(const Data&, random&)>;
  static constexpr bool can_undo = std::same_as<Mode, optimistic> && invertible<Data>;

  simulated_life(const server_address<Data>& server, generator how, const client_habits& its,
                 std::optional<identity_of<Data>> its_name)
      : make(std::move(how)), habits(its), who(std::move(its_name)), choices(its.seed), to(server),
        between(server), left(its.submissions) {
    if (its.undoes_in_100 != 0 && !can_undo)
      throw std::invalid_argument("libsync::testing::client_habits: `undoes_in_100` is for "
                                  "optimistic clients of data with an inverse");
    between.delay(direction::to_client, its.reading_time);
    shared->record.may_lose_versions = its.may_lose_versions;
  }

  void connect() {
    client_options<Data, Mode> options;
    options.bounds = habits.bounds;
    options.identity = who;
    if constexpr (can_undo)
      if (habits.undoes_in_100 != 0)
        options.undo = undo_limits{};
    options.on_change = [to = shared,
                         by = program()](const typename observed<Data, Mode>::type& what) {
      if constexpr (!std::same_as<Mode, shared_view>)
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
    static_cast<void>(session->read(
        [&](const Data& data) { all = detail::make_operations(data, make, random{seed}, count); }));
    if (all.empty())
      return {};
    auto words = detail::in_words(all);
    submit(all.size() == 1 ? submission<Data>{std::move(all.front())}
                           : submission<Data>{transaction<Data>{std::move(all)}});
    return words;
  }

  void submit(submission<Data> one) {
    const auto number = next_submission();
    if (on_submitting)
      on_submitting(number, one);
    session->submit(std::move(one), teller(number), when_full::answer);
  }

  bool go_back([[maybe_unused]] bool redo) {
    if (dead)
      return false;
    if constexpr (can_undo) {
      const auto number = next_submission();
      redo ? session->redo(teller(number)) : session->undo(teller(number));
      return true;
    } else {
      throw std::invalid_argument("libsync::testing: only optimistic clients of data with an "
                                  "inverse undo");
    }
  }

  std::size_t next_submission() {
    const std::lock_guard guard{shared->mutex};
    return shared->record.counts.submitted++;
  }

  auto teller(std::size_t number) {
    return
        [to = shared, by = program(), number](const receipt& what) { to->tell(by, number, what); };
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
    } else if (habits.undoes_in_100 != 0 && choices.chance(habits.undoes_in_100)) {
      go_back(choices.chance(40));
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
  std::optional<identity_of<Data>> who;
  std::function<void(std::size_t, const submission<Data>&)> on_submitting;
  random choices;
  server_address<Data> to;
  proxy<Data> between;
  std::shared_ptr<simulated_notes<Data>> shared = std::make_shared<simulated_notes<Data>>();
  std::vector<libsync::session<Data, Mode>> former;
  std::optional<libsync::session<Data, Mode>> session;
  std::atomic<std::size_t> left;
  std::atomic<bool> abandoned{false};
  bool dead = false;
  bool closed = false;
  bool away = false;
};

} // namespace libsync::testing::detail
