#pragma once

/// What a store throws that cannot do what it was asked for.

#include <stdexcept>
#include <string>

namespace libsync {

/// Why a store fails.
enum class storage_failure {
  /// There is no room, on the disk or up to a limit. It works again once there is.
  full,
  /// The file or its directory may not be written.
  read_only,
  /// Somebody else holds it, and has not let go of it in time.
  locked,
  /// Others changed the same in each of the attempts that were allowed. It may be tried again.
  contended,
  /// What is there is not of this store, or of a later form than this program knows.
  foreign,
  /// What is there is not as it was written.
  damaged,
  /// The system could not read or write.
  io,
  /// Anything else; the text tells.
  other
};

/// Says in a sentence which place failed, and how. Nothing that the store held before is lost or
/// overwritten by what failed.
class storage_error : public std::runtime_error {
public:
  storage_error(storage_failure kind, const std::string& text, bool wrote_nothing = true)
      : std::runtime_error(text), kind_{kind}, wrote_nothing_{wrote_nothing} {}

  [[nodiscard]] storage_failure kind() const noexcept { return kind_; }

  /// Whether what was to be written is surely not there, and never will be. If not, as after a
  /// failed `fsync`, it may be found there when the store is opened again.
  [[nodiscard]] bool wrote_nothing() const noexcept { return wrote_nothing_; }

private:
  storage_failure kind_;
  bool wrote_nothing_;
};

} // namespace libsync
