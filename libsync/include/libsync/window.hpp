#pragma once

/// What a server remembers of a client's submissions.

#include <algorithm>
#include <cstddef>

#include "libsync/answers.hpp"
#include "libsync/ids.hpp"
#include "libsync/receipt.hpp"

namespace libsync {

/// The last parcel of a client with its answers. With one parcel in flight that is all that a
/// client can still ask about.
struct submission_window {
  client_id by{};
  /// The number of the next submission that was not decided yet; smaller ones were, once and for
  /// all.
  submission_number next = 1;
  answers last;
};

/// Answers again the submissions from `first` to before `end`, as far as they were decided: those
/// of the last parcel as before, older ones as unknown, because they are too old.
inline answers answer_again(const submission_window& window, submission_number first,
                            submission_number end) {
  const answers& last = window.last;
  answers again = last;
  again.first = first;
  again.count = std::min(window.next, end) - first;
  again.exceptions.clear();
  for (auto number = first; number < std::min(last.first, again.end()); ++number)
    again.exceptions.push_back(
        {number, receipt::unknown("too old: the server remembers the last parcel only")});
  std::size_t skipped = 0;
  for (const auto& listed : last.exceptions) {
    if (listed.number < first)
      ++skipped;
    else if (listed.number < again.end())
      again.exceptions.push_back(listed);
  }
  if (first > last.first)
    again.before += first - last.first - skipped;
  return again;
}

} // namespace libsync
