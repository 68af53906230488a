#pragma once

/// What a server tells one submitter, beside the batches that everybody gets.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "libsync/ids.hpp"
#include "libsync/receipt.hpp"

namespace libsync {

/// The receipts of the submissions `first` to `first + count - 1`. A server decides a parcel in one
/// step, so those that were accepted have consecutive versions, beginning after `before`; only the
/// others are listed.
struct answers {
  /// Consecutive submissions with the same receipt; only one where that is `accepted`.
  struct exception {
    submission_number number = 0;
    receipt what;
    std::size_t count = 1;

    [[nodiscard]] submission_number end() const noexcept { return number + count; }
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
  [[nodiscard]] version last() const noexcept {
    version at = before + count;
    for (const auto& listed : exceptions)
      at -= listed.count;
    return at;
  }

  /// Lists submissions that were not simply accepted, behind all that are listed. Neighbours that
  /// were not accepted, for the same reason, are one exception.
  void except(submission_number number, receipt what, std::size_t submissions = 1) {
    if (!exceptions.empty() && exceptions.back().end() == number && !what.is_accepted() &&
        exceptions.back().what == what)
      exceptions.back().count += submissions;
    else
      exceptions.push_back({number, std::move(what), submissions});
  }

  /// Calls `visit(number, receipt)` for each submission, in order.
  template <class Visit>
  void for_each(Visit visit) const {
    version at = before;
    auto next = exceptions.begin();
    for (submission_number number = first; number != end(); ++number) {
      if (next != exceptions.end() && next->end() <= number)
        ++next;
      if (next != exceptions.end() && next->number <= number)
        visit(number, next->what);
      else
        visit(number, receipt::accepted(++at));
    }
  }
};

/// Returns the answers that give each submission of a parcel the same receipt.
inline answers answer_all(client_id to, epoch_id epoch, submission_number first, std::size_t count,
                          const receipt& what) {
  answers all{to, epoch, 0, first, count, {}};
  if (count != 0)
    all.except(first, what, count);
  return all;
}

/// Returns how much memory answers take. A text that several exceptions share may count more than
/// once.
[[nodiscard]] inline std::uint64_t memory_of(const answers& all) noexcept {
  std::uint64_t bytes = sizeof all + all.exceptions.capacity() * sizeof(answers::exception);
  for (const auto& listed : all.exceptions)
    bytes += listed.what.reason.text().size();
  return bytes;
}

using answers_ptr = std::shared_ptr<const answers>;

} // namespace libsync
