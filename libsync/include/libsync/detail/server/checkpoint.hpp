#pragma once

/// The data from which a server's log leads on.

#include <cstddef>
#include <optional>
#include <utility>

#include "libsync/detail/contexts.hpp"
#include "libsync/detail/copy_on_write.hpp"
#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/reducer.hpp"
#include "libsync/snapshot.hpp"

namespace libsync::detail {

/// The data of a version that is in the log, or just before it. They take one copy of the data, and
/// each operation is applied to them when the log lets it go. If that fails, for want of memory or
/// because the reducer refuses now what it has accepted, there are none until `begin`.
template <class Data>
class checkpoint {
public:
  explicit checkpoint(const snapshot<Data>& now) : data_(now.data), version_(now.version) {}

  [[nodiscard]] bool has_data() const noexcept { return data_.has_value(); }

  /// Returns them, shared.
  [[nodiscard]] std::optional<snapshot<Data>> read(epoch_id epoch) {
    if (!data_)
      return std::nullopt;
    return snapshot<Data>{epoch, version_, data_->share()};
  }

  /// Goes on with the snapshot that `now()` returns, or with none if it throws.
  template <class Now>
  void begin(Now now) noexcept {
    data_.reset();
    try {
      const snapshot<Data> first = now();
      data_.emplace(first.data);
      version_ = first.version;
    } catch (...) { // it is tried again when the log is next trimmed
    }
  }

  /// The log lets its oldest batch go.
  void follow(const batch<Data>& oldest) noexcept {
    if (data_ && oldest.last > version_ && !apply(oldest))
      data_.reset();
  }

private:
  bool apply(const batch<Data>& oldest) noexcept {
    try {
      Data& data = data_->write();
      return for_each_accepted(oldest, [&](const accepted_submission<Data>& next) {
        if (next.version <= version_)
          return true; // the data include it
        outcome why;
        version_ = next.version;
        return reducer<Data>::apply(data, next.operations, contexts_of(next), why) ==
               next.operations.size();
      });
    } catch (...) {
      return false;
    }
  }

  std::optional<copy_on_write<Data>> data_;
  libsync::version version_;
};

} // namespace libsync::detail
