#pragma once

/// How many submissions had which receipt.

#include <cstddef>

#include "libsync/receipt.hpp"

namespace libsync::testing {

/// How many submissions there were, and how many had which receipt.
struct receipt_counts {
  std::size_t submitted = 0;
  std::size_t accepted = 0;
  std::size_t refused = 0;
  std::size_t overloaded = 0;
  std::size_t unknown = 0;

  [[nodiscard]] std::size_t waiting() const noexcept {
    return submitted - accepted - refused - overloaded - unknown;
  }

  /// Counts one receipt. Returns false for `undecided`, which no client may be told.
  bool count(receipt::kind what) noexcept {
    switch (what) {
    case receipt::kind::accepted:
      ++accepted;
      return true;
    case receipt::kind::refused:
      ++refused;
      return true;
    case receipt::kind::overloaded:
      ++overloaded;
      return true;
    case receipt::kind::unknown:
      ++unknown;
      return true;
    case receipt::kind::undecided:
      break;
    }
    return false;
  }

  receipt_counts& operator+=(const receipt_counts& other) noexcept {
    submitted += other.submitted;
    accepted += other.accepted;
    refused += other.refused;
    overloaded += other.overloaded;
    unknown += other.unknown;
    return *this;
  }
};

} // namespace libsync::testing
