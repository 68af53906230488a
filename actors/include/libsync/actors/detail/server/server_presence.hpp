#pragma once

/// What the clients of a server show each other, in the server's typed face.

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/server/any_server.hpp"
#include "libsync/actors/envelope.hpp"

#include "libsync/detail/server/presence_board.hpp"
#include "libsync/ids.hpp"
#include "libsync/presence.hpp"

namespace libsync::detail {

/// Servers of data without presence do nothing, and have no byte for it.
template <class Data>
class server_presence {
public:
  explicit server_presence(std::chrono::milliseconds) noexcept {}
  void join(const actor_address&) noexcept {}
  void notice() noexcept {}
  void clear() noexcept {}
  template <class Sequencer>
  [[nodiscard]] bool receive(const actor_address&, const envelope&, Sequencer&) noexcept {
    return false;
  }
  template <class Sequencer>
  void round(Sequencer&, server_outlet&) noexcept {}
  [[nodiscard]] timestamp next(timestamp timer) const noexcept { return timer; }
};

/// A board whose members are those of a sequencer.
template <has_presence Data>
class server_presence<Data> {
public:
  /// Throws std::invalid_argument if the pause is negative.
  explicit server_presence(std::chrono::milliseconds pause) : board_(checked(pause).count()) {}

  void join(const actor_address& by) { board_.join(by); }
  void notice() noexcept { board_.notice(); }
  void clear() noexcept { board_.clear(); }

  /// Returns whether it is what a client of these data sends.
  template <class Sequencer>
  [[nodiscard]] bool receive(const actor_address& by, const envelope& what, Sequencer& order) {
    const bool is_one = what.holds<presence_update<Data>>();
    if (is_one)
      board_.receive(order.epoch(), by, what.as<presence_update<Data>>(), who(order));
    return is_one;
  }

  /// Makes and sends a round, if one is due.
  template <class Sequencer>
  void round(Sequencer& order, server_outlet& to) {
    if (!board_.due())
      return;
    sink out{to};
    board_.round(order.epoch(), server_time(), who(order), out);
  }

  /// When the server is to be woken, for that or for a timer.
  [[nodiscard]] timestamp next(timestamp timer) const noexcept {
    const auto due = board_.due(); // long ago, for the first round
    return due ? std::min(timer, std::max(*due, timestamp{0})) : timer;
  }

private:
  struct sink {
    server_outlet& out;
    void send(const actor_address& to, const presence_round_ptr<Data>& what) {
      out.send(to, server_message::round, envelope{what});
    }
  };

  template <class Sequencer>
  static auto who(Sequencer& order) {
    return [&order](const actor_address& route) { return order.who(route); };
  }

  static std::chrono::milliseconds checked(std::chrono::milliseconds pause) {
    if (pause < pause.zero())
      throw std::invalid_argument("libsync::server_options: `presence_pause` is " +
                                  std::to_string(pause.count()) + " ms, expected 0 or more");
    return pause;
  }

  presence_board<Data, actor_address> board_;
};

} // namespace libsync::detail
