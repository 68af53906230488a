#pragma once

/// The part of a client that is the same for all data: its server, its actor, and the handlers that
/// wait for receipts.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/client/receipt_handlers.hpp"
#include "libsync/actors/detail/server/any_server.hpp"
#include "libsync/actors/status.hpp"

#include "libsync/detail/callback_guard.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/audit.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/reason.hpp"
#include "libsync/receipt.hpp"

namespace libsync::detail {

/// Where a client finds its server: it is told, or it asks a supervisor.
struct server_place {
  actor_ref server;
  actor_ref supervisor;
};

/// What a supervisor answers: where the server is, or why there is none any more.
struct server_found {
  actor_ref server;
  reason why_none;
};

/// What an actor asks a client for, each time that something may have changed.
struct client_state {
  bool joined = false;
  bool away = false;
  bool closed = false;
  bool has_data = false;
  libsync::version version = 0;
  std::size_t undecided = 0;
  /// How many submissions more it would take.
  std::size_t room = 0;
};

/// A client, whatever its data are. An actor drives it with the messages that it gets; it is
/// shared, so that it outlives a call from within which its owner is destroyed. To be used in its
/// actor only.
///
/// Messages throw nothing: a client that runs out of memory joins again from a snapshot, and where
/// even that fails it closes with what was thrown as the reason.
class client_base : public std::enable_shared_from_this<client_base> {
public:
  client_base(caf::local_actor* self, server_place to);
  virtual ~client_base();

  client_base(const client_base&) = delete;
  client_base& operator=(const client_base&) = delete;

  // What users and their actors ask for.

  virtual void join() = 0;
  virtual void leave() = 0;
  /// Leaves for good. When it returns every handler has been called, but for one that is calling.
  virtual void close(reason why) noexcept = 0;
  /// Submits a `submission<Data>`. Returns the receipt if it is not taken, as where it is something
  /// else.
  virtual std::optional<receipt> submit_enclosed(const envelope& what,
                                                 receipt_handler on_receipt) = 0;
  /// Takes an `observer_of<Data, Mode>`. Returns whether it is one.
  [[nodiscard]] virtual bool observe_enclosed(const envelope& what) = 0;
  /// The data with their version, a `snapshot<Data>`. There must be some.
  [[nodiscard]] virtual envelope read_enclosed() = 0;
  [[nodiscard]] virtual client_status status() const = 0;
  [[nodiscard]] virtual client_state now() const noexcept = 0;
  /// The reason for which it is closed; empty if it is not.
  [[nodiscard]] virtual const libsync::reason& why_closed() const noexcept = 0;

  /// Closes because the one that holds this ends.
  void end(reason why) noexcept;
  /// Says what it is to close with when the actor ends.
  void will_end(reason why) noexcept { why_ended_ = std::move(why); }

  // The server's messages.

  /// Whether a message holds what a server of these data sends.
  [[nodiscard]] virtual bool suits(server_message what, const envelope& content) const noexcept = 0;
  /// Whether a message that suits it is for it, and not for another client of the same actor, which
  /// has another server.
  [[nodiscard]] virtual bool is_meant(server_message what,
                                      const envelope& content) const noexcept = 0;
  void receive(server_message what, const envelope& content);
  void server_ended(const actor_address& which);

  /// Calls `done` each time that a message of the server was handled.
  void on_progress(std::function<void()> done) { on_progress_ = std::move(done); }

  /// Whether another client is told of the same server, or asks the same supervisor.
  [[nodiscard]] bool has_server_of(const client_base& other) const noexcept {
    return place_.supervisor
               ? place_.supervisor == other.place_.supervisor
               : place_.server && !other.place_.supervisor && place_.server == other.place_.server;
  }

  /// The server that it is a member of; null while there is none.
  [[nodiscard]] const actor_ref& server() const noexcept { return place_.server; }

protected:
  /// Which attempts to join are whose: those of a client differ in the last bits only.
  static constexpr int bits_of_attempts = 32;
  /// What the attempts of one more client begin after.
  [[nodiscard]] static std::uint64_t new_attempts() noexcept;

  /// Hears of the end of the actor from now on, at once if it has ended, and then calls `end`; so a
  /// derived class calls it last of all in its constructor, and `stop_watching` first of all in its
  /// destructor.
  void start_watching();
  void stop_watching() noexcept;

  // What a replica sends.

  void ask_to_join(const join_request& request);
  void send_parcel(envelope parcel);
  void send_leave();
  void send_acknowledgement(version latest);
  void send_digest(digest_told what);
  void send_presence(envelope update);

  /// Knows of no server any more.
  void forget_server() noexcept;

  callback_guard calls_;
  receipt_handlers receipts_;

private:
  virtual void handle(server_message what, const envelope& content) = 0;
  virtual void reconnect() = 0;
  /// Calls `send()`, as a message is handled: what it throws does not come out.
  virtual void attempt(const std::function<void()>& send) = 0;

  void locate();
  void located(const server_found& found);
  void give_up(reason why);
  void progress() const {
    if (on_progress_)
      on_progress_();
  }

  struct actor_link; // what knows CAF
  std::unique_ptr<actor_link> link_;
  server_place place_;
  // The server that has ended, and what the next one is to be asked.
  actor_address failed_;
  std::optional<join_request> wanted_;
  bool locating_ = false;
  reason why_ended_ = "the client has ended"_reason;
  std::function<void()> on_progress_;
};

} // namespace libsync::detail
