#pragma once

/// A place in a batch.

#include <algorithm>
#include <cstddef>
#include <span>

#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"

namespace libsync::detail {

/// Goes through a batch in pieces of whole versions. It refers to the batch; copying it is cheap.
template <class Data>
class batch_cursor {
public:
  using operation = typename Data::operation;

  struct piece {
    std::span<const operation> operations;
    version versions = 0;
  };

  explicit batch_cursor(const batch<Data>& all)
      : batch_cursor(std::span{all.runs}, all.operations.data()) {}

  /// Goes through `runs`, whose operations begin at `first`.
  batch_cursor(std::span<const run> runs, const operation* first)
      : part_(runs.data()), end_(part_ + runs.size()), next_(first) {}

  [[nodiscard]] bool is_done() const noexcept { return part_ == end_; }

  /// Returns the next versions, as many as have at most `most` operations together, but one at
  /// least; it must not be done.
  piece next(std::size_t most) noexcept {
    piece taken{{next_, 0}, 0};
    std::size_t size = 0;
    while (part_ != end_ && (size < most || size == 0)) {
      const std::size_t left = part_->operations - done_;
      if (part_->transaction) {
        if (size != 0 && left > most - size)
          break;
        size += left;
        taken.versions += 1;
        ++part_;
        continue;
      }
      const auto now = std::min(left, most - size);
      size += now;
      taken.versions += now;
      done_ += now;
      if (now == left) {
        ++part_;
        done_ = 0;
      }
    }
    taken.operations = {next_, size};
    next_ += size;
    return taken;
  }

  /// Returns how many of the next versions are wholly within the next `count` operations.
  [[nodiscard]] version versions_within(std::size_t count) const noexcept {
    version whole = 0;
    for (auto ahead = *this; !ahead.is_done(); ++whole) {
      const auto one = ahead.next(1).operations.size();
      if (one > count)
        break;
      count -= one;
    }
    return whole;
  }

private:
  const run* part_;
  const run* end_;
  const operation* next_;
  std::size_t done_ = 0; // of the operations of a run that is no transaction
};

} // namespace libsync::detail
