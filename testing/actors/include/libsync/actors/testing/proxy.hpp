#pragma once

/// A proxy between a client and its server, which delays, repeats and loses messages.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/client/client_base.hpp"
#include "libsync/actors/supervisor.hpp"

namespace libsync::testing {

enum class direction : std::uint8_t { to_server, to_client };

namespace detail {

/// A proxy, whatever the data are.
class any_proxy {
public:
  any_proxy(caf::actor_system& system, const libsync::detail::server_place& to);
  ~any_proxy();

  any_proxy(any_proxy&&) noexcept;
  any_proxy& operator=(any_proxy&&) noexcept;

  /// Passes on no message of a direction until `release`. The messages wait, in order.
  void hold(direction which);
  void release(direction which);

  /// Passes on each message only after that much time.
  void delay(direction which, std::chrono::nanoseconds time);

  /// Passes on the next message twice.
  void duplicate(direction which);

  /// Loses the next message, and all after it. Nothing is sent again without a break, so the
  /// connection breaks, and both ends are told later.
  void drop(direction which);

  /// Breaks the connection. Both ends are told.
  void cut();

  /// Ends all of these faults.
  void heal();

  /// Whoever looks for a server from now on waits until it is led to one.
  void lead_nowhere();

  /// How many messages wait here.
  [[nodiscard]] std::size_t waiting(direction which) const;

  struct state;

protected:
  void lead(const libsync::detail::server_place& to);
  [[nodiscard]] const libsync::detail::actor_ref& gate() const noexcept { return gate_; }

private:
  void wake();

  std::shared_ptr<state> state_;
  libsync::detail::actor_ref gate_;
};

} // namespace detail

/// Lies between one client and a server or supervisor. To the client it is the supervisor. To the
/// server it is the client. So a test of your own data breaks connections without changing either:
///
///     libsync::testing::proxy<counter> proxy{server};
///     libsync::session session{proxy.address()};
///     proxy.cut();        // the client joins again
///
/// A client that finds its connection broken asks for another, and gets one, unless there is no
/// server any more. It works in a testing runtime and in any other. Time passes as it does for the
/// actor system. Any thread may use it.
template <class Data>
class proxy : public detail::any_proxy {
public:
  explicit proxy(const server_address<Data>& to)
      : any_proxy(libsync::detail::system_of(to.place().supervisor ? to.place().supervisor
                                                                   : to.place().server),
                  to.place()) {}

  /// Whoever looks for a server from now on finds this one. So a session outlives its server, as it
  /// would in a process of its own: `lead_nowhere`, end the server, start the next one, `lead_to`.
  void lead_to(const server_address<Data>& next) { lead(next.place()); }

  /// What the client is made with.
  [[nodiscard]] supervisor<Data> address() const { return supervisor<Data>{gate()}; }
};

template <class Data>
proxy(const server<Data>&) -> proxy<Data>;

template <class Data>
proxy(const supervisor<Data>&) -> proxy<Data>;

} // namespace libsync::testing
