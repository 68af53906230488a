#pragma once

/// A server of a board, and sessions that undo, in a testing runtime.

#include <cstdint>
#include <map>

#include "libsync/actors.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/undo.hpp"
#include "support/board.hpp"

using board_session = libsync::session<board::data, libsync::optimistic>;

inline libsync::client_options<board::data, libsync::optimistic>
that_undoes(libsync::undo_limits bounds = {}) {
  return {.undo = bounds};
}

inline std::map<int, int> shown_by(const board_session& one) {
  return (*one.snapshot()).data->numbers;
}

struct board_scene {
  explicit board_scene(std::uint64_t seed = 1, libsync::undo_limits bounds = {})
      : at{seed}, session{server, that_undoes(bounds)} {}

  libsync::testing::runtime at;
  libsync::server<board::data> server = libsync::spawn_server(at, board::data{});
  board_session session;
  libsync::session<board::data> other{server};

  std::map<int, int> decided() { return (*server.snapshot()).data->numbers; }
};
