#pragma once

/// A server's decisions, as the server's actor sees them, whatever the data. That actor is compiled
/// once.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/fault_point.hpp"
#include "libsync/actors/status.hpp"

#include "libsync/detail/callback_guard.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/audit.hpp"
#include "libsync/protocol/log.hpp"
#include "libsync/protocol/membership.hpp"

namespace libsync::detail {

/// The messages of a server to its clients.
enum class server_message : std::uint8_t { welcome, batch, reply, shown, suspended, digest, round };

/// How a server sends, and asks for a turn.
class server_outlet {
public:
  /// Sends a message in the order of the calls. One that goes to several in a row, with the same
  /// content, is written once.
  virtual void send(const actor_address& to, server_message what, const envelope& content) = 0;

  /// Answers somebody who has asked.
  virtual void answer(std::uint64_t ticket, envelope what) = 0;
  /// There will be no answer.
  virtual void fail(std::uint64_t ticket) = 0;

  /// A flush is wanted, once all that waits in the mailbox is handled.
  bool flush_wanted = false;

protected:
  ~server_outlet() = default;
};

/// What a server works on. A supervisor holds it too, so that it outlives a server that dies. Only
/// the living server touches it. A call costs once a parcel, or a batch and member, and never once
/// an operation.
class any_server {
public:
  virtual ~any_server() = default;

  virtual void join(const actor_address& by, const join_request& request, server_outlet& out) = 0;
  virtual void leave(const actor_address& by, server_outlet& out) = 0;
  virtual void submit(const actor_address& by, const envelope& parcel, server_outlet& out) = 0;
  virtual void acknowledge(const actor_address& by, version latest, server_outlet& out) = 0;
  virtual void flush(server_outlet& out) = 0;
  /// From now on the actor at this address serves.
  virtual void serve(const actor_address& by) = 0;
  /// There are reports, on effects or of a journal.
  virtual void hear_reports(server_outlet& out) = 0;
  /// Goes on where another server stopped between two calls, or within one.
  virtual void resume(server_outlet& out) = 0;
  virtual void begin_epoch(server_outlet& out) = 0;
  /// Returns the data with their version, a `snapshot<Data>`; or nothing, if there are none yet:
  /// then `server_outlet::answer` is called later, until the ticket is forgotten.
  [[nodiscard]] virtual envelope read(std::uint64_t ticket) = 0;
  [[nodiscard]] virtual server_status status() const = 0;
  /// Begins an audit, by a `digest_function<Data>`. Returns nothing, or why not: then, and from
  /// `take_audit`, a result of all answers.
  [[nodiscard]] virtual envelope begin_audit(const envelope& make, server_outlet& out) = 0;
  /// Takes what a client shows. Returns whether it is that, of a client of these data.
  [[nodiscard]] virtual bool hear_presence(const actor_address& by, const envelope& what,
                                           server_outlet& out) = 0;
  virtual void hear_digest(const actor_address& by, const digest_told& what) = 0;
  /// All answers to the audit that is under way, once it has come to its end; else nothing.
  [[nodiscard]] virtual envelope take_audit() = 0;
  /// Reads the log. Returns a `log_part<Data>`, or nothing: then `server_outlet::answer` is called
  /// later, until the ticket is forgotten.
  [[nodiscard]] virtual envelope read_log(std::uint64_t ticket, const log_request& what,
                                          server_outlet& out) = 0;
  virtual void forget_reader(std::uint64_t ticket) noexcept = 0;
  virtual void for_each_member(const std::function<void(const actor_address&)>& visit) = 0;

  /// Takes a `timer_request<Data>`. Returns an outcome.
  [[nodiscard]] virtual envelope set_timer(const envelope& wish, server_outlet& out) = 0;
  /// Submits what is due, and sends what clients show.
  virtual void fire(server_outlet& out) = 0;

  /// Answers when all is written that was decided before.
  virtual void answer(std::uint64_t ticket, envelope what, server_outlet& out) = 0;
  /// Ends each other call, if there is a journal.
  virtual void settle(server_outlet& out) = 0;

  /// Whether a parcel is one of these data.
  [[nodiscard]] virtual bool suits(const envelope& parcel) const noexcept = 0;

  /// For tests of what happens when a server dies: what this throws is not isolated.
  std::function<void(fault_point)> inject_fault;
  /// A server is within a call, or has died there.
  bool inside = false;
  bool supervised = false;
  /// There is a journal, and the first server goes on with what it had.
  bool has_journal = false;
  bool goes_on = false;
  /// When `fire` is to be called.
  timestamp next_timer = no_timer;
  static constexpr timestamp no_timer = std::numeric_limits<timestamp>::max();
  /// A server has begun to work on it and has not let it go, which it does last of all. From 1.0 on
  /// CAF tells of an actor's end before that.
  std::atomic<bool> held{false};
  /// How many servers have begun to work on it.
  std::uint64_t lives = 0;

protected:
  // How the user's functions are called.
  callback_guard calls_;
};

/// The time of servers: the wall clock, or, where a `testing::runtime` runs the actors of this
/// thread, its virtual time.
[[nodiscard]] timestamp server_time();

/// Starts the actors.
[[nodiscard]] actor_ref spawn_server(caf::actor_system& system, std::shared_ptr<any_server> state);

} // namespace libsync::detail
