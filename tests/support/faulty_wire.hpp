#pragma once

/// Connections that break or stall, in front of a server.

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace faults {

/// What happens to a connection.
enum class break_down {
  /// It is closed, on both sides.
  cut,
  /// Nothing passes any more.
  stall,
  /// The same, and what was sent to the server meanwhile reaches it when all is healed, also if the
  /// sender has given up.
  late
};

enum class direction { to_server, from_server };

/// Listens on a port of the loopback, and passes what comes to a server, and back, in a thread of
/// its own. Whatever one side has sent before a break, the other side gets.
class faulty_wire {
public:
  /// The server is at a socket of Unix, by its path.
  explicit faulty_wire(std::string socket);
  /// The server is at a port of the loopback.
  explicit faulty_wire(std::uint16_t port);
  faulty_wire(const faulty_wire&) = delete;
  faulty_wire& operator=(const faulty_wire&) = delete;
  ~faulty_wire();

  [[nodiscard]] int port() const { return port_; }

  /// Once so many more bytes have passed in that direction, that connection breaks down. Where it
  /// lasts, all others do too, also those that are to come, until it is healed.
  void plan(break_down what, direction where, std::size_t bytes, bool lasts);
  /// All connections from now on are whole.
  void heal();

private:
  struct line;

  void begin();
  void run();
  [[nodiscard]] int connect_to_server() const;
  void wake() const;
  void accept_one();
  void pass(line& one, direction where);
  void break_one(line& one);

  const std::string socket_; // empty if it is at a port
  const std::uint16_t server_port_ = 0;
  int listening_ = -1;
  int port_ = 0;
  int wakes_[2] = {-1, -1};
  std::mutex mutex_;
  std::list<line> lines_;
  bool is_planned_ = false;
  bool is_broken_ = false; // all of them
  bool lasts_ = false;
  bool is_ending_ = false;
  break_down what_ = break_down::cut;
  direction where_ = direction::to_server;
  std::size_t left_ = 0;
  std::thread thread_;
};

} // namespace faults
