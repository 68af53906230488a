#pragma once

/// A client's copy of the data, at one of the server's versions.

#include <cstddef>
#include <optional>
#include <utility>

#include "libsync/batch.hpp"
#include "libsync/copy_on_write.hpp"
#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/reducer.hpp"
#include "libsync/welcome.hpp"

namespace libsync {

/// The data that a client shows, with their epoch and version. It takes a snapshot without copying
/// it, and goes on from there by applying what the server accepted. Where that fails it lies
/// between two versions, or at none of the server's: then it is no longer `sound`, and shows
/// nothing until it takes a snapshot.
template <class Data>
class confirmed_copy {
public:
  using operation = typename Data::operation;

  /// How far a batch, or one submission, could be applied.
  struct progress {
    /// How many operations.
    std::size_t done = 0;
    /// Why the next one was not.
    outcome why;

    explicit operator bool() const noexcept { return why.accepted(); }
  };

  /// Whether there are data, at `at()`.
  [[nodiscard]] bool sound() const noexcept { return data_ && !between_; }
  [[nodiscard]] version at() const noexcept { return at_; }
  [[nodiscard]] epoch_id epoch() const noexcept { return epoch_; }

  /// The data; there must be some.
  [[nodiscard]] const Data& data() const noexcept { return data_->read(); }

  /// The data with their version, shared; there must be some.
  [[nodiscard]] snapshot<Data> share() { return {epoch_, at_, data_->share()}; }

  /// Shows `from`, which must have data.
  void take(const snapshot<Data>& from) noexcept {
    data_.emplace(from.data);
    epoch_ = from.epoch;
    at_ = from.at;
    between_ = false;
  }

  /// Applies one accepted submission, which makes the next version. Throws what copying the data
  /// throws; nothing is changed then.
  progress apply(const entry<Data>& next) {
    progress made;
    Data& data = begin();
    for (; made.done < next.operations.size(); ++made.done)
      if (made.why = reducer<Data>::step(data, next.operations[made.done]); !made.why)
        return made;
    end(next.at);
    return made;
  }

  /// Applies a batch, which begins with the next version.
  progress apply(const batch<Data>& from) {
    progress made;
    made.done = reducer<Data>::apply(begin(), from.operations, made.why);
    if (made.done == from.operations.size())
      end(from.last);
    else
      for_each_entry(from, [&](const entry<Data>& next) {
        const bool whole =
            next.operations.data() + next.operations.size() <= from.operations.data() + made.done;
        at_ = whole ? next.at : at_;
        return whole;
      });
    return made;
  }

private:
  Data& begin() {
    Data& data = data_->write();
    between_ = true;
    return data;
  }

  void end(version reached) noexcept {
    at_ = reached;
    between_ = false;
  }

  std::optional<copy_on_write<Data>> data_;
  epoch_id epoch_{};
  version at_ = 0;
  bool between_ = false;
};

} // namespace libsync
