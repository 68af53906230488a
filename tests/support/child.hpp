#pragma once

/// Runs a part of a test in a process of its own.

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <exception>
#include <string>
#include <utility>

#include "support/catch.hpp"

/// Runs `task()` in a child, which is killed if it is still there at the end, or when the test's
/// process ends. What `task` returns, or what it throws says, is read by `said`. It must not
/// assert. Start it while no other thread runs.
class child {
public:
  template <class Task>
  explicit child(Task task) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    id_ = fork();
    REQUIRE(id_ >= 0);
    if (id_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL); // also where a test that fails aborts
      close(ends[0]);
      run(task, ends[1]);
    }
    close(ends[1]);
    from_ = ends[0];
  }
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  ~child() {
    kill();
    close(from_);
  }

  void kill() {
    if (id_ > 0) {
      ::kill(id_, SIGKILL);
      waitpid(std::exchange(id_, 0), nullptr, 0);
    }
  }

  /// Waits for the next byte that the task has written to the descriptor which it was given.
  char wait() const {
    char one = 0;
    REQUIRE(read(from_, &one, 1) == 1);
    return one;
  }

  /// Waits for some bytes that the task has written, at most `size`. Returns how many came; 0 when
  /// it has ended.
  std::size_t hear(void* into, std::size_t size) const {
    const auto heard = read(from_, into, size);
    REQUIRE(heard >= 0);
    return static_cast<std::size_t>(heard);
  }

  /// Waits for its end, and returns all that it has said since.
  [[nodiscard]] std::string said() {
    std::string all;
    char some[4096];
    for (ssize_t size = 0; (size = read(from_, some, sizeof some)) > 0;)
      all.append(some, static_cast<std::size_t>(size));
    kill();
    return all;
  }

private:
  template <class Task>
  [[noreturn]] static void run(Task& task, int to) {
    std::string said;
    try {
      if constexpr (requires { task(to); })
        said = task(to);
      else
        said = task();
    } catch (const std::exception& error) {
      said = error.what();
    }
    // Nothing of the parent's is ended or written here.
    _exit(write(to, said.data(), said.size()) == static_cast<ssize_t>(said.size()) ? 0 : 1);
  }

  pid_t id_ = 0;
  int from_ = -1;
};
