#pragma once

/// What a server tells one submitter, beside the batches that everybody gets.

#include <cstddef>
#include <memory>
#include <vector>

#include "libsync/ids.hpp"
#include "libsync/receipt.hpp"

namespace libsync {

/// The receipts of the submissions `first` to `first + count - 1`. A server decides a parcel in one
/// step, so those that were accepted have consecutive versions, beginning after `before`; only the
/// others are listed.
struct answers {
  struct exception {
    submission_number number = 0;
    receipt what;
  };

  client_id to{};
  epoch_id epoch{};
  version before = 0;
  submission_number first = 1;
  std::size_t count = 0;
  /// The submissions that were not simply accepted, by ascending number.
  std::vector<exception> exceptions;

  /// Returns the number after the last one.
  [[nodiscard]] submission_number end() const noexcept { return first + count; }

  /// Returns the greatest version that these answers speak of.
  [[nodiscard]] version last() const noexcept { return before + count - exceptions.size(); }

  /// Calls `visit(number, receipt)` for each submission, in order.
  template <class Visit>
  void for_each(Visit visit) const {
    version at = before;
    auto next = exceptions.begin();
    for (submission_number number = first; number != end(); ++number) {
      if (next != exceptions.end() && next->number == number)
        visit(number, (next++)->what);
      else
        visit(number, receipt::accepted(++at));
    }
  }
};

/// Gives `count` submissions from `first` on the same receipt, one that is not simply "accepted".
inline void append(answers& to, submission_number first, std::size_t count, const receipt& what) {
  for (std::size_t i = 0; i != count; ++i)
    to.exceptions.push_back({first + i, what});
}

/// Returns the answers that give each submission of a parcel the same receipt.
inline answers answer_all(client_id to, epoch_id epoch, submission_number first, std::size_t count,
                          const receipt& what) {
  answers all{to, epoch, 0, first, count, {}};
  append(all, first, count, what);
  return all;
}

using answers_ptr = std::shared_ptr<const answers>;

/// The last word to a member that fell too far behind: it gets nothing more until it joins again.
struct suspended {
  epoch_id epoch{};
};

} // namespace libsync
