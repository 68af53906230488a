#pragma once

/// A server's reply to one submitter, beside the batches that everybody receives.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "libsync/ids.hpp"
#include "libsync/receipt.hpp"

namespace libsync {

/// The receipts of the submissions `first` to `first + count - 1`. A server decides a parcel in one
/// step, so the accepted ones have consecutive versions, beginning after `before`. Only the others
/// are listed.
struct reply {
  /// Consecutive submissions with the same receipt; only one if that is `accepted`.
  struct verdict {
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
  std::vector<verdict> verdicts;

  /// Returns the number after the last one.
  [[nodiscard]] submission_number end() const noexcept { return first + count; }

  /// Returns the greatest version that this reply speaks of.
  [[nodiscard]] version last() const noexcept {
    version latest = before + count;
    for (const auto& listed : verdicts)
      latest -= listed.count;
    return latest;
  }

  /// Adds submissions that were not simply accepted, behind all that are listed. Adjacent
  /// submissions that were not accepted for the same reason are one verdict.
  void add(submission_number number, receipt what, std::size_t submissions = 1) {
    if (!verdicts.empty() && verdicts.back().end() == number && !what.is_accepted() &&
        verdicts.back().what == what)
      verdicts.back().count += submissions;
    else
      verdicts.push_back({number, std::move(what), submissions});
  }

  /// Calls `visit(number, receipt)` for each submission, in order.
  template <class Visit>
  void for_each(Visit visit) const {
    version latest = before;
    auto next = verdicts.begin();
    for (submission_number number = first; number != end(); ++number) {
      if (next != verdicts.end() && next->end() <= number)
        ++next;
      if (next != verdicts.end() && next->number <= number)
        visit(number, next->what);
      else
        visit(number, receipt::accepted(++latest));
    }
  }
};

/// Returns the reply that gives each submission of a parcel the same receipt.
inline reply reply_to_all(client_id to, epoch_id epoch, submission_number first, std::size_t count,
                          const receipt& what) {
  reply all{to, epoch, 0, first, count, {}};
  if (count != 0)
    all.add(first, what, count);
  return all;
}

/// Returns how much memory a reply takes. A text that several verdicts share may count more than
/// once.
[[nodiscard]] inline std::uint64_t memory_of(const reply& all) noexcept {
  std::uint64_t bytes = sizeof all + all.verdicts.capacity() * sizeof(reply::verdict);
  for (const auto& listed : all.verdicts)
    bytes += listed.what.reason.text().size();
  return bytes;
}

using reply_ptr = std::shared_ptr<const reply>;

} // namespace libsync
