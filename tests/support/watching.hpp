#pragma once

/// A session that is watched, and what its watchers are told.

#include <cstddef>
#include <vector>

#include "libsync/actors/poll_queue.hpp"
#include "libsync/watch.hpp"
#include "support/session_scene.hpp"

inline std::size_t size_of_tape(const tape::data& data) {
  return data.values.size();
}

struct watching_scene : session_scene {
  libsync::poll_queue queue;
  std::vector<std::size_t> sizes;
  std::vector<libsync::version> gaps;

  watching_scene() { at.run(); }

  void post(int count) {
    for (int i = 0; i < count; ++i)
      session->post(tape::append{i});
    at.run();
  }
  auto each() {
    return [this](const libsync::watched<std::size_t>& now) {
      sizes.push_back(now.value);
      if (now.gap)
        gaps.push_back(now.version);
    };
  }
  auto newest() {
    return [this](std::size_t size) { sizes.push_back(size); };
  }
};
