#pragma once

/// What a simulated server submits itself.

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "libsync/ids.hpp"

#include "libsync/testing/detail/expected_receipts.hpp"

namespace libsync::testing::detail {

/// The answers of the functions that say what a server submits itself, in the order in which they
/// were asked within one call.
template <class Data>
class own_words {
public:
  using word = std::optional<typename Data::operation>;

  void clear() noexcept { all_.clear(); }
  [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
  word note(word one) { return all_.emplace_back(std::move(one)); }

  /// Decides them, up to the first that throws half-way. Returns whether one has, or had before.
  bool decide(expected_receipts<Data>& receipts, timestamp time, call_record& now, bool has_torn) {
    for (const auto& one : all_)
      if (one && !has_torn)
        has_torn = !receipts.decide_own(++number_, *one, time, now);
    return has_torn;
  }

private:
  std::vector<word> all_;
  submission_number number_ = 0;
};

} // namespace libsync::testing::detail
