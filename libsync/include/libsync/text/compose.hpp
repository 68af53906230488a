#pragma once

/// Composes two deltas, one after the other, to one.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "libsync/result.hpp"
#include "libsync/text/delta.hpp"
#include "libsync/text/detail/edit_cursor.hpp"
#include "libsync/text/transform.hpp"
#include "libsync/text/utf8.hpp"

namespace libsync {

namespace detail {

/// Appends pieces of texts to a string, neighbours in one go.
class text_run {
public:
  explicit text_run(std::string& to) noexcept : to_(to) {}

  void keep(const char* from, std::size_t bytes) {
    if (bytes == 0)
      return;
    if (from != begin_ + bytes_) {
      end();
      begin_ = from;
      bytes_ = 0;
    }
    bytes_ += bytes;
  }

  void end() {
    if (bytes_ != 0)
      to_.append(begin_, bytes_);
  }

private:
  std::string& to_;
  const char* begin_ = nullptr;
  std::size_t bytes_ = 0;
};

} // namespace detail

/// Returns the delta that does what `first` and then `second` do. `second` must be made for the
/// text after `first`. Composing is associative. The result does not end in a retain. Refused if
/// `second` parts a surrogate pair that `first` inserts, or if the result is longer than
/// `delta::longest`.
inline result<delta> compose(const delta& first, const delta& second) {
  result<delta> done{std::in_place};
  delta& out = *done;
  delta::writer to{out, first.edits_.size() + second.edits_.size()};
  out.inserted_.reserve(first.inserted_.size() + second.inserted_.size());
  detail::text_run run{out.inserted_};
  detail::edit_cursor before{first.edits()};
  auto& own = before.left;
  const char* own_text = first.inserted_.data();
  const char* next_text = second.inserted_.data();
  bool fits = true;
  // Takes up to `left` of what the first one has inserted there, keeping or dropping it; and, when
  // it is used up, what that one erases behind it.
  const auto pass_change = [&](std::uint64_t& left, bool keep) {
    const auto units = std::min(left, own.inserted);
    auto bytes = own.inserted_bytes;
    if (units != own.inserted) {
      const auto reached = own.inserted == own.inserted_bytes // all ASCII
                               ? utf8::advanced{static_cast<std::size_t>(units), 0, false}
                               : utf8::advance({own_text, own.inserted_bytes}, units);
      fits = fits && !reached.in_pair;
      bytes = reached.bytes;
    }
    left -= units;
    own.inserted -= units;
    own.inserted_bytes -= bytes;
    if (keep)
      run.keep(own_text, bytes);
    own_text += bytes;
    const bool used_up = own.inserted == 0;
    to.change(keep ? units : 0, keep ? bytes : 0, used_up ? own.erased : 0);
    if (used_up)
      before.enter();
  };
  for (const auto& next : second.edits()) {
    auto left = next.retained;
    while (left > own.retained && fits) {
      to.retain(own.retained);
      left -= std::exchange(own.retained, 0);
      pass_change(left, true);
    }
    to.retain(left);
    own.retained -= left;
    run.keep(next_text, next.inserted_bytes);
    next_text += next.inserted_bytes;
    left = std::min(next.erased, own.retained);
    to.change(next.inserted, next.inserted_bytes, left);
    own.retained -= left;
    for (left = next.erased - left; left != 0 && fits;) {
      pass_change(left, false);
      const auto gone = std::min(left, own.retained);
      to.change(0, 0, gone);
      own.retained -= gone;
      left -= gone;
    }
    if (!fits)
      break;
  }
  for (; !before.at_end(); before.enter()) {
    to.retain(own.retained);
    to.change(own.inserted, own.inserted_bytes, own.erased);
  }
  run.keep(own_text,
           first.inserted_.size() - static_cast<std::size_t>(own_text - first.inserted_.data()));
  run.end();
  to.end();
  if (!fits)
    done = result<delta>::failed("the second delta parts a surrogate pair that the first inserts");
  else if (out.before() > delta::longest || out.after() > delta::longest)
    done = result<delta>::failed(delta::too_long().reason());
  return done;
}

} // namespace libsync
