#pragma once

/// A server that comes and goes, on a disk that stays.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "journal/books.hpp"
#include "libsync/actors.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/journal.hpp"
#include "libsync/json/memory_journal.hpp"

namespace books {

using libsync::memory_disk;
using libsync::memory_journal;

struct place {
  explicit place(libsync::journal_settings how = {}, std::uint64_t seed = 1)
      : at(seed), settings(std::move(how)) {}

  void start() {
    libsync::server_options<data> options;
    options.journal = memory_journal{disk, level, settings};
    options.bounds.log = log;
    options.on_effect = [this](const libsync::effect_token& token, const std::string& what) {
      paid.push_back(what);
      tokens.push_back(token);
      return libsync::effect_state::started;
    };
    server = libsync::spawn_server(at, data{}, options);
  }
  void stop() {
    server.stop();
    server = nullptr;
    at.run();
  }
  void restart() {
    stop();
    start();
  }
  /// Lets time pass, in which a server looks whether its disk works again.
  void wait() {
    for (int i = 0; i != 2; ++i) { // it reads first
      at.run();
      at.advance(std::chrono::seconds{20});
    }
    at.run();
  }
  libsync::snapshot<data> read() {
    at.run();
    return *server.snapshot();
  }
  libsync::server_status status() { return *server.status(); }

  libsync::testing::runtime at;
  std::shared_ptr<memory_disk> disk = std::make_shared<memory_disk>();
  libsync::durability level = libsync::durability::synced;
  libsync::journal_settings settings;
  std::size_t log = 65'536;
  std::vector<std::string> paid;
  std::vector<libsync::effect_token> tokens;
  libsync::server<data> server;
};

inline libsync::receipt submit(libsync::session<data>& by, data::operation op) {
  return by.submit(std::move(op)).get();
}

} // namespace books
