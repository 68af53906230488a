#pragma once

/// The delta that takes another one back.

#include <cstdint>

#include "libsync/outcome.hpp"
#include "libsync/result.hpp"
#include "libsync/text/delta.hpp"
#include "libsync/text/text.hpp"

namespace libsync {

/// Returns the delta that leads from the text after `change` to `before`, the text before it. Only
/// what `change` erases is copied. Refused if `change` does not fit the text.
///
/// Data with a text undo with it (libsync/undo.hpp), and carry it over what others typed since:
///
///     edit inverse(const page& before, const edit& op) {
///       const auto back = inverse_of(op.change, before.words);
///       return {back ? *back : delta{}}; // an edit that does not fit is refused
///     }
///     edit rebase(const edit& one, const edit& over, bool is_undo) {
///       return {transform(over.change, one.change, is_undo ? priority::left : priority::right)};
///     }
inline result<delta> inverse_of(const delta& change, const text& before) {
  using kind = delta_component::kind;
  delta back;
  auto done = accepted();
  std::uint64_t place = 0;
  change.for_each([&](const delta_component& part) {
    if (!done)
      return;
    if (part.what == kind::insert) {
      done = back.erase(part.units);
      return;
    }
    if (part.what == kind::retain) {
      done = back.retain(part.units);
    } else if (const auto erased = before.substring(place, place + part.units)) {
      done = back.insert(*erased);
    } else {
      done = refused(erased.reason());
    }
    place += part.units;
  });
  if (!done)
    return result<delta>::failed(done.reason());
  back.trim();
  return back;
}

} // namespace libsync
