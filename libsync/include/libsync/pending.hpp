#pragma once

/// What an optimistic client knows of its submissions that have no receipt yet.

#include <ostream>

#include "libsync/ids.hpp"
#include "libsync/reason.hpp"

namespace libsync {

/// How a submission without a receipt stands.
enum class standing : unsigned char {
  /// The server has not decided it, as far as the client knows. What the client shows has it.
  pending,
  /// The server has not decided it, and it cannot be applied now, for a reason. What the client
  /// shows lacks it. It is tried again when something foreign has come.
  skipped,
  /// It was accepted, and the confirmed data have it. Its receipt waits for one before it.
  confirmed,
  /// It was not accepted. Its receipt is on its way, and names the reason.
  refused,
};

inline std::ostream& operator<<(std::ostream& out, standing what) {
  switch (what) {
  case standing::pending:
    return out << "pending";
  case standing::skipped:
    return out << "skipped";
  case standing::confirmed:
    return out << "confirmed";
  case standing::refused:
    break;
  }
  return out << "refused";
}

/// A submission without a receipt.
struct pending_submission {
  submission_number number = 0;
  libsync::standing standing = standing::pending;
  /// Why it is skipped; empty if it is not.
  libsync::reason reason;

  friend bool operator==(const pending_submission&, const pending_submission&) = default;
};

} // namespace libsync
