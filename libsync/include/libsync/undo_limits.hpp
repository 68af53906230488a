#pragma once

/// The limits of undo, and how much can be undone.

#include <atomic>
#include <cstddef>

#include "libsync/ids.hpp"

namespace libsync {

struct undo_limits {
  /// The most steps that can be undone, and that can be done again; and the most that wait to be.
  /// The oldest are forgotten first. At least 1.
  std::size_t steps = 1000;
  /// Submissions that follow each other within that time are one step. 0: each is one. With
  /// sessions it is in milliseconds.
  timestamp together = 0;
};

/// How many steps can be undone, and how many can be done again. Any thread may look.
struct undo_counts {
  std::atomic<std::size_t> undo{0};
  std::atomic<std::size_t> redo{0};
};

} // namespace libsync
