#pragma once

/// What the edits of a delta make of one leaf of a rope.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "libsync/text/delta.hpp"
#include "libsync/text/detail/rope.hpp"
#include "libsync/text/detail/rope_node.hpp"

namespace libsync::detail {

/// The edits of a delta that are not passed yet.
struct edits_left {
  std::span<const edit> next;
  std::string_view inserted;
  std::uint64_t passed = 0; // units of the text before

  /// Where in the text the next edit begins to change it.
  [[nodiscard]] std::uint64_t place() const noexcept { return passed + next.front().retained; }
};

/// The bytes of a leaf from `begin` to `end` become `changed`.
struct leaf_change {
  std::string changed;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::uint64_t added_units = 0;

  /// Takes the edits that begin in a leaf, the first of them behind `units`. Returns false if one
  /// of them parts a surrogate pair, or erases more than the leaf has, or if less than `least` or
  /// too many bytes are left.
  bool take(const subtree& leaf, std::uint64_t units, edits_left& edits, std::size_t least) {
    auto left = edits; // which a compiler can keep in registers
    changed.clear();
    added_units = 0;
    bool is_first = true;
    for (std::size_t at = 0; !left.next.empty(); is_first = false) {
      const auto& next = left.next.front();
      const auto from = advance_in_leaf(leaf, at, is_first ? units : next.retained);
      if (from.missing != 0) {
        if (is_first || from.in_pair)
          return false;
        break; // it begins in a later leaf
      }
      at += from.bytes;
      if (is_first)
        begin = at;
      else
        changed += leaf.text().substr(end, at - end);
      if (changed.size() + next.inserted_bytes > rope_sizes::most_bytes)
        return false;
      changed += left.inserted.substr(0, next.inserted_bytes);
      if (next.erased != 0) {
        const auto erased = advance_in_leaf(leaf, at, next.erased);
        if (erased.missing != 0)
          return false;
        at += erased.bytes;
      }
      end = at;
      added_units += next.inserted - next.erased;
      left.passed += next.retained + next.erased;
      left.inserted.remove_prefix(next.inserted_bytes);
      left.next = left.next.subspan(1);
    }
    edits = left;
    return size(leaf) >= least && size(leaf) <= rope_sizes::most_bytes;
  }

  [[nodiscard]] rope_counts added() const noexcept {
    return {changed.size() - (end - begin), added_units, 0};
  }

  [[nodiscard]] std::size_t size(const subtree& leaf) const noexcept {
    return leaf.text().size() - (end - begin) + changed.size();
  }

  /// Whether the leaf has room for it, and keeps no room for ever because it was longer.
  [[nodiscard]] bool fits(const subtree& leaf) const noexcept {
    const auto after = size(leaf);
    return after <= leaf.room() &&
           leaf.room() <= std::max<std::size_t>(after + after / 2 + 64, 256);
  }

  [[nodiscard]] subtree made_of(const subtree& leaf) const {
    const auto text = leaf.text();
    return subtree::leaf({text.substr(0, begin), changed, text.substr(end)},
                         leaf.counts().units + added_units, room_for(size(leaf)));
  }

  /// Some more than the size, so that not every letter takes a new leaf.
  static std::size_t room_for(std::size_t size) noexcept {
    return std::min(size + std::max<std::size_t>(size / 4, 64), rope_sizes::most_bytes);
  }
};

} // namespace libsync::detail
