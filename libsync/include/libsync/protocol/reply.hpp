#pragma once

/// What a server tells one submitter, beside the batches that everybody gets.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsync/ids.hpp"
#include "libsync/receipt.hpp"
#include "libsync/text/utf8.hpp"

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

/// The last word to a member that fell too far behind: it gets nothing more until it joins again.
struct suspended {
  epoch_id epoch{};
};

/// Answers while a parcel is decided. Their reasons take at most `limit` bytes in all, and each a
/// 64th of that: a longer one is cut behind a character and ends with "...", further ones are left
/// out, and say so. Equal ones in a row share one text.
class answers_in_progress {
public:
  answers_in_progress(answers begun, std::size_t limit) noexcept
      : told_(std::move(begun)), longest_(limit / 64), left_(limit) {}

  void except(submission_number number, receipt what, std::size_t submissions = 1) {
    what.reason = bounded(std::move(what.reason));
    told_.except(number, std::move(what), submissions);
  }

  [[nodiscard]] answers& told() noexcept { return told_; }

private:
  [[nodiscard]] reason bounded(reason why) {
    if (why.text().size() > longest_)
      why = cut(why.text());
    if (!told_.exceptions.empty() && told_.exceptions.back().what.reason == why)
      return told_.exceptions.back().what.reason;
    const auto size = why.text().size();
    if (size > left_)
      return "the reason is left out: those of this parcel take too much memory"_reason;
    left_ -= size;
    return why;
  }

  [[nodiscard]] reason cut(std::string_view text) const {
    const auto kept = longest_ - std::min<std::size_t>(longest_, 3);
    return std::string{text.substr(0, utf8::character_before(text, kept))} + "...";
  }

  answers told_;
  std::size_t longest_;
  std::size_t left_;
};

} // namespace libsync
