#pragma once

/// What became of a delta that an editor has sent.

namespace libsync {

/// The fate of a delta in flight by the time of a snapshot.
enum class in_flight {
  /// It is part of the snapshot.
  accepted,
  /// It is not part of the snapshot, and never will be. It was refused, or did not arrive.
  lost,
  /// It is not part of the snapshot, but may still be accepted. The editor will be told.
  undecided,
};

} // namespace libsync
