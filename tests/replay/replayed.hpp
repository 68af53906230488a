#pragma once

/// What came of replaying recorded cases.

#include <cstddef>
#include <string>
#include <vector>

struct replayed {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t skipped = 0;
  /// What a person needs to find each failure.
  std::vector<std::string> failures;
};
