#pragma once

/// A Redis of a test's own, which it stops, kills and starts again.

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

#include "libsync/redis/siblings.hpp"
#include "support/scratch.hpp"

namespace redis_process {

/// A `redis-server` on a free port of the loopback and on a socket, with its files in a folder of
/// its own. It appends each command to its file before it answers. Gone with the test, and with the
/// test's process. Start it while no other thread runs.
class process {
public:
  /// More options of its command line, which win.
  explicit process(std::vector<std::string> options = {});
  process(const process&) = delete;
  process& operator=(const process&) = delete;
  ~process() { kill(); }

  /// Starts it again, with what is in its files, on the same port.
  void start();
  /// Ends it as a loss of power would, but for what its system has yet to write.
  void kill();
  void kill_and_start() {
    kill();
    start();
  }
  /// From now on it does not answer; then it does.
  void stop() const;
  void go_on() const;

  /// Runs `redis-cli` words, for instance, {"CONFIG", "SET", "maxmemory", "1"}, in a connection of
  /// its own. Returns the answer in words; lists have a line for each of their elements.
  std::string run(const std::vector<std::string>& words) const;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string socket() const { return (folder_ / "socket").string(); }
  /// The connection that tests use, which waits long.
  [[nodiscard]] libsync::redis_siblings_options by_socket() const {
    return {.socket = socket(), .timeout = 60'000};
  }

private:
  bool try_start();

  scratch folder_;
  std::vector<std::string> options_;
  int port_ = 0;
  pid_t id_ = 0;
};

} // namespace redis_process
