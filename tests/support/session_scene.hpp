#pragma once

/// A server and a session, in a testing runtime.

#include <cstdint>
#include <optional>
#include <utility>

#include "libsync/actors/session.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "support/tape_actors.hpp"

struct session_scene {
  session_scene() = default;
  explicit session_scene(std::uint64_t seed) : at{seed} {}

  libsync::testing::runtime at;
  tape_server server = libsync::spawn_server(at, tape::data{});
  std::optional<tape_session> session{std::in_place, server};
};
