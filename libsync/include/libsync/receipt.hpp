#pragma once

/// The receipt of a submission.

#include <functional>
#include <ostream>
#include <utility>

#include "libsync/ids.hpp"
#include "libsync/reason.hpp"

namespace libsync {

/// The result of a submission. Every submission gets exactly one receipt, in submission order. A
/// client is never told "accepted" before its copy shows the version that the receipt names.
struct receipt {
  enum class kind {
    /// Applied by the server, as `version`.
    accepted,
    /// Not applied, for `reason`. No other client is told.
    refused,
    /// Not taken, because the outbox was full. It may be submitted again.
    overloaded,
    /// Nobody knows whether it was applied, for `reason`. For instance its server ended before an
    /// answer came.
    unknown,
    /// There is no receipt yet, for `reason`. A `receipt_future` returns this if its thread must
    /// not wait. The receipt is still to come.
    undecided,
  };

  kind what = kind::unknown;
  libsync::version version = 0;
  libsync::reason reason;

  static receipt accepted(libsync::version version) noexcept {
    return {kind::accepted, version, {}};
  }
  static receipt refused(libsync::reason why) noexcept {
    return {kind::refused, 0, std::move(why)};
  }
  static receipt overloaded() noexcept {
    return {kind::overloaded, 0, "the outbox is full"_reason};
  }
  static receipt unknown(libsync::reason why) noexcept {
    return {kind::unknown, 0, std::move(why)};
  }
  static receipt undecided(libsync::reason why) noexcept {
    return {kind::undecided, 0, std::move(why)};
  }

  [[nodiscard]] bool is_accepted() const noexcept { return what == kind::accepted; }

  friend bool operator==(const receipt&, const receipt&) = default;

  friend std::ostream& operator<<(std::ostream& out, const receipt& self) {
    switch (self.what) {
    case kind::accepted:
      return out << "accepted as version " << self.version;
    case kind::refused:
      return out << "refused: " << self.reason;
    case kind::overloaded:
      return out << "overloaded: " << self.reason;
    case kind::undecided:
      return out << "undecided: " << self.reason;
    case kind::unknown:
      break;
    }
    return out << "unknown: " << self.reason;
  }
};

/// Called with the receipt of one submission.
using receipt_handler = std::function<void(const receipt&)>;

} // namespace libsync
