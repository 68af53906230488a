#pragma once

/// What a session answers at once.

namespace libsync {

/// The immediate answer to a submission.
enum class posted {
  /// It will be decided.
  taken,
  /// Not taken: the outbox is full.
  overloaded,
  /// Not taken: it is larger than the limits of a submission.
  refused,
  /// Not taken: the session is closed, or its server has ended.
  closed,
};

} // namespace libsync
