#pragma once

/// Clients that act as users would, and record what they see.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libsync/actors/session.hpp"
#include "libsync/actors/testing/client_habits.hpp"
#include "libsync/actors/testing/client_record.hpp"
#include "libsync/actors/testing/proxy.hpp"
#include "libsync/actors/testing/simulated_life.hpp"

#include "libsync/identity.hpp"
#include "libsync/receipt.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/submission.hpp"

#include "libsync/testing/random.hpp"

namespace libsync::testing {

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

  /// `who` is the identity that it presents, if the data have identities. Throws
  /// std::invalid_argument if it is to undo and cannot.
  simulated_client(const server_address<Data>& to, generator make, client_habits habits = {},
                   std::optional<identity_of<Data>> who = {})
      : me_(std::make_shared<life>(to, std::move(make), habits, std::move(who))) {
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

  /// Undoes its newest step, or does again what it has undone. The record has it as a submission.
  /// Returns false if it does not run.
  bool undo() { return me_->go_back(false); }
  bool redo() { return me_->go_back(true); }

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
  /// Calls `tell` with each submission, and its number in the record, before it is submitted.
  void on_submitting(const std::function<void(std::size_t, const submission<Data>&)>& tell) {
    me_->on_submitting = tell;
  }

private:
  using life = detail::simulated_life<Data, Mode>;

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
