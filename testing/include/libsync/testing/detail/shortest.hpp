#pragma once

/// Makes a list of steps that goes wrong shorter.

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace libsync::testing::detail {

/// Returns the shortest list that was found in which something still goes wrong: it leaves out
/// parts, which become smaller, as long as that helps. By the ddmin of Zeller and Hildebrandt, with
/// an end to the tries.
template <class Step, class Fails>
std::vector<Step> shortest(std::vector<Step> all, Fails fails, std::size_t tries = 400) {
  for (auto part = (all.size() + 1) / 2; part > 0 && tries > 0;) {
    const auto before = all.size();
    for (std::size_t from = 0; from < all.size() && tries > 0; --tries) {
      auto fewer = all;
      const auto begin = fewer.begin() + static_cast<std::ptrdiff_t>(from);
      fewer.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(part, all.size() - from)));
      if (fails(fewer))
        all = std::move(fewer);
      else
        from += part;
    }
    if (part > 1 || all.size() == before) // single ones as long as that helps
      part /= 2;
  }
  return all;
}

} // namespace libsync::testing::detail
