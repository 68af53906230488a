#pragma once

/// A process that serves from a journal, and is killed while threads submit.

#include <unistd.h>

#include <array>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "journal/books.hpp"
#include "libsync/actors.hpp"
#include "libsync/journal.hpp"
#include "libsync/stored_state.hpp"
#include "support/catch.hpp"

namespace books {

inline constexpr std::size_t writers = 4;

inline std::string account(int round, std::size_t writer, int number) {
  return std::to_string(round) + ':' + std::to_string(writer) + ':' + std::to_string(number);
}

/// Serves, and lets threads pay, each time into another account. Says which of them has heard that
/// it is paid. What is refused, since the place of the journal is gone, is paid again.
template <class Place>
std::string serve(const Place& in, int round, int to) {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, data{}, {.journal = in});
  std::vector<std::thread> threads;
  for (std::size_t writer = 0; writer < writers; ++writer)
    threads.emplace_back([&, writer] {
      libsync::session<data> session{server};
      for (int number = 0;;)
        if (session.submit(pay{account(round, writer, number), 1}).get().is_accepted()) {
          ++number;
          const char who = static_cast<char>('0' + writer);
          if (write(to, &who, 1) != 1)
            return;
        }
    });
  for (auto& one : threads)
    one.join();
  return {};
}

/// How often each thread was told that it has paid.
class told_payments {
public:
  void note(char who) { ++told_.at(static_cast<std::size_t>(who - '0')); }

  /// Each of these is stored once. Returns how many they are.
  [[nodiscard]] std::size_t check(const libsync::stored_state<data>& stored, int round) const {
    std::size_t acknowledged = 0;
    for (std::size_t writer = 0; writer < writers; ++writer) {
      int there = 0;
      while (stored.data.accounts.contains(account(round, writer, there))) {
        REQUIRE(stored.data.accounts.at(account(round, writer, there)) == 1);
        ++there;
      }
      // One more may be written of which nobody has heard.
      CHECK(there >= told_.at(writer));
      CHECK(there <= told_.at(writer) + 1);
      acknowledged += static_cast<std::size_t>(told_.at(writer));
    }
    return acknowledged;
  }

private:
  std::array<int, writers> told_{};
};

} // namespace books
