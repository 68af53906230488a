#pragma once

/// A slot that holds the newest snapshot for viewers.

#include <memory>
#include <mutex>
#include <utility>

#include "libsync/actors/detail/spin_lock.hpp"

#include "libsync/protocol/membership.hpp"
#include "libsync/snapshot.hpp"

namespace libsync::detail {

/// The newest snapshot that a server shows. A message to a viewer says only that there is one, so
/// that viewers which run late all take the same, and what waits in mailboxes keeps no older one
/// alive. Any thread may use it.
template <class Data>
class view_slot {
public:
  void put(snapshot<Data> newest) {
    const std::lock_guard guard{lock_};
    std::swap(newest_, newest); // the one before lives until the lock is released
  }

  [[nodiscard]] snapshot<Data> take() const {
    const std::lock_guard guard{lock_};
    return newest_;
  }

private:
  mutable spin_lock lock_;
  snapshot<Data> newest_;
};

template <class Data>
using view_slot_ptr = std::shared_ptr<view_slot<Data>>;

} // namespace libsync::detail
