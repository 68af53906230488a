#pragma once

/// A reply while its parcel is decided.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "libsync/ids.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/reason.hpp"
#include "libsync/receipt.hpp"
#include "libsync/text/utf8.hpp"

namespace libsync::detail {

/// A reply to which more is added. Its reasons take at most `limit` bytes in all, and
/// each a 64th of that: a longer one is cut behind a character and ends with "...", further ones
/// are left out, and say so. Equal ones in a row share one text.
class reply_in_progress {
public:
  reply_in_progress(reply begun, std::size_t limit) noexcept
      : told_(std::move(begun)), longest_(limit / 64), left_(limit) {}

  void add(submission_number number, receipt what, std::size_t submissions = 1) {
    what.reason = bounded(std::move(what.reason));
    told_.add(number, std::move(what), submissions);
  }

  [[nodiscard]] reply& told() noexcept { return told_; }

private:
  [[nodiscard]] reason bounded(reason why) {
    if (why.text().size() > longest_)
      why = cut(why.text());
    if (!told_.verdicts.empty() && told_.verdicts.back().what.reason == why)
      return told_.verdicts.back().what.reason;
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

  reply told_;
  std::size_t longest_;
  std::size_t left_;
};

} // namespace libsync::detail
