#pragma once

/// Two deltas, one after the other, as one.

#include <algorithm>
#include <cstdint>

#include "libsync/result.hpp"
#include "libsync/text/cursor.hpp"
#include "libsync/text/delta.hpp"

namespace libsync {

/// Returns the delta that does what `first` and then `second` do, where `second` was made for the
/// text after `first`. Associative. Ends in no retain. Refused if `second` parts a surrogate pair
/// that `first` inserts, or if the result is longer than `delta::longest`.
inline result<delta> compose(const delta& first, const delta& second) {
  delta out;
  out.parts_.reserve(std::min(first.size(), second.size()) + 2);
  out.inserted_.reserve(first.inserted_.size() + second.inserted_.size());
  detail::delta_cursor before{first};
  detail::delta_cursor next{second};
  while (!before.at_end() || !next.at_end()) {
    if (next.is_insert()) {
      out.inserted_ += next.inserted();
      out.push_insert(next.bytes(), next.units());
      next.skip();
    } else if (!before.at_end() && !before.is_insert() && before.is_erase()) {
      out.push_erase(before.units());
      before.skip();
    } else if (next.at_end() && before.is_insert()) {
      out.inserted_ += before.inserted();
      out.push_insert(before.bytes(), before.units());
      before.skip();
    } else if (before.is_insert()) {
      const auto units = std::min(before.units(), next.units());
      const auto bytes = before.bytes_of(units);
      if (bytes == utf8::npos)
        return result<delta>::failed(
            "the second delta parts a surrogate pair that the first inserts");
      if (!next.is_erase()) {
        out.inserted_ += before.inserted().substr(0, bytes);
        out.push_insert(bytes, units);
      }
      before.pass_inserted(units, bytes);
      next.pass(units);
    } else {
      const auto units = next.at_end()     ? before.units()
                         : before.at_end() ? next.units()
                                           : std::min(before.units(), next.units());
      if (!next.at_end() && next.is_erase())
        out.push_erase(units);
      else
        out.push_retain(units);
      if (!next.at_end())
        next.pass(units);
      if (!before.at_end())
        before.pass(units);
    }
  }
  if (out.before() > delta::longest || out.after() > delta::longest)
    return result<delta>::failed(delta::too_long().reason());
  out.trim();
  return out;
}

} // namespace libsync
