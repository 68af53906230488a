#pragma once

/// Checked mode: the data that it can check, and the violations that it finds.

#include <concepts>

#include "libsync/reason.hpp"

/// Whether servers check by default. The target libsync::libsync defines it if the configuration is
/// Debug, or if CMake's option LIBSYNC_CHECKED is ON.
#ifndef LIBSYNC_CHECKED
#define LIBSYNC_CHECKED 0
#endif

namespace libsync {

inline constexpr bool checked_by_default = LIBSYNC_CHECKED != 0;

/// Data that can be checked: those that can be copied and compared.
template <class Data>
concept checkable = std::copyable<Data> && std::equality_comparable<Data>;

/// A promise that a reducer has broken.
template <class Data>
struct violation {
  /// The operation that has shown it. The pointer is valid for as long as the parcel lives.
  const typename Data::operation* what = nullptr;
  libsync::reason reason;
};

} // namespace libsync
