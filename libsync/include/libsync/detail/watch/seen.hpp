#pragma once

/// The values that a projection makes of one version after another.

#include <memory>
#include <optional>
#include <utility>

#include "libsync/change.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/ids.hpp"

namespace libsync::detail {

/// A value that is to be told. It is shared, so that it can be compared while it waits.
template <class Value>
struct sighting {
  std::shared_ptr<const Value> value;
  libsync::version version = 0;
  bool gap = false;
};

/// Compares each value with the one before. A value is copied only if it is to be told.
///
/// What ==, the copy or the projection throws comes out of the call, and the versions are as
/// before; after `miss` the next value has a gap before it.
template <class Value>
class seen_values {
public:
  /// Looks at the newest value. Returns it if it differs from the one before, or is the first.
  template <class Now>
  std::optional<sighting<Value>> newest(Now&& now, libsync::version version) {
    if (last_ && *last_ == now)
      return std::nullopt;
    return keep(std::forward<Now>(now), version, false);
  }

  /// Looks at the value of the version that follows, or, if a snapshot `replaced` the data, at some
  /// later one. Returns it also if there is a gap before it.
  template <class Now>
  std::optional<sighting<Value>> next(Now&& now, libsync::version version, bool replaced) {
    const bool gap = missed_ || (last_ && (replaced || version != version_ + 1));
    if (!gap && last_ && *last_ == now) {
      version_ = version;
      return std::nullopt;
    }
    auto found = keep(std::forward<Now>(now), version, gap);
    version_ = version;
    missed_ = false;
    return found;
  }

  /// Something was not looked at.
  void miss() noexcept { missed_ = true; }

private:
  template <class Now>
  sighting<Value> keep(Now&& now, libsync::version version, bool gap) {
    last_ = shared<const Value>(std::forward<Now>(now));
    return {last_, version, gap};
  }

  std::shared_ptr<const Value> last_;
  libsync::version version_ = 0;
  bool missed_ = false;
};

} // namespace libsync::detail
