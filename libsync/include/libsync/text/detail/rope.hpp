#pragma once

/// A text in pieces: a balanced tree of chunks, in which an edit costs the logarithm of the length.
///
/// After Boehm, Atkinson and Plass, "Ropes: an alternative to strings", 1995. This one is a
/// B+-tree. Its leaves are chunks of valid UTF-8. Its inner nodes have, for each child, the number
/// of bytes and of UTF-16 code units below it. Copies share nodes. A node with one owner is changed
/// in place.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libsync/text/detail/rope_builder.hpp"
#include "libsync/text/detail/rope_node.hpp"
#include "libsync/text/utf8.hpp"

namespace libsync::detail {

/// How far `units` reach into the text of a leaf. In ASCII a unit is a byte, and nothing is read.
inline utf8::advanced advance_in_leaf(const subtree& leaf, std::size_t from, std::uint64_t units) {
  const auto rest = leaf.text().substr(from);
  if (leaf.counts().bytes != leaf.counts().units)
    return utf8::advance(rest, units);
  const auto bytes = units < rest.size() ? static_cast<std::size_t>(units) : rest.size();
  return {bytes, units - bytes, false};
}

/// A place at which a character begins, or the text ends.
struct rope_place {
  std::uint64_t bytes = 0;
  std::uint64_t units = 0;
};

class rope {
public:
  rope() noexcept = default;
  explicit rope(std::string_view utf8) {
    if (utf8.empty())
      return;
    if (utf8.size() <= rope_sizes::most_bytes) {
      root_ = subtree::leaf({utf8}, utf8::units(utf8), utf8.size());
      return;
    }
    rope_builder made;
    made.append(utf8);
    root_ = made.finish();
  }

  [[nodiscard]] const rope_counts& counts() const noexcept { return root_.counts(); }
  [[nodiscard]] const subtree& root() const noexcept { return root_; }
  [[nodiscard]] subtree& root() noexcept { return root_; }

  /// Returns the place behind so many units; nothing if that is inside a surrogate pair or beyond
  /// the end.
  [[nodiscard]] std::optional<rope_place> find_units(std::uint64_t units) const noexcept {
    if (units > counts().units)
      return std::nullopt;
    rope_place at;
    const auto& leaf = descend(at, [&](const rope_place& end) { return units <= end.units; });
    if (leaf.empty())
      return at;
    const auto reached = advance_in_leaf(leaf, 0, units - at.units);
    if (reached.missing != 0)
      return std::nullopt;
    return rope_place{at.bytes + reached.bytes, units};
  }

  /// Returns the last place up to a byte, or the first place from there on.
  [[nodiscard]] rope_place place_before(std::uint64_t byte) const noexcept {
    return place_at(byte, [](std::string_view text, std::size_t at) {
      return utf8::character_before(text, at);
    });
  }
  [[nodiscard]] rope_place place_behind(std::uint64_t byte) const noexcept {
    return place_at(byte, [](std::string_view text, std::size_t at) {
      while (at < text.size() && utf8::detail::continues(static_cast<unsigned char>(text[at])))
        ++at;
      return at;
    });
  }

  /// Calls `visit(std::string_view)` for the chunks in which the bytes from `begin` to `end` lie,
  /// as far as they lie there.
  template <class Visit>
  void for_each_chunk(std::uint64_t begin, std::uint64_t end, Visit& visit) const {
    if (!root_.empty())
      visit_within(root_, begin, end, visit);
  }

private:
  // Returns the leaf whose end is the first that `reaches`, or the last leaf. `at` is where it
  // begins.
  template <class Reaches>
  [[nodiscard]] const subtree& descend(rope_place& at, Reaches reaches) const noexcept {
    const auto* here = &root_;
    while (here->height() != 0) {
      const auto* child = here->children().data();
      for (const auto* last = child + here->children().size() - 1; child != last; ++child) {
        const rope_place end{at.bytes + child->counts().bytes, at.units + child->counts().units};
        if (reaches(end))
          break;
        at = end;
      }
      here = child;
    }
    return *here;
  }

  template <class Round>
  [[nodiscard]] rope_place place_at(std::uint64_t byte, Round round) const noexcept {
    rope_place at;
    const auto& leaf = descend(at, [&](const rope_place& end) { return byte <= end.bytes; });
    if (leaf.empty())
      return at;
    const auto text = leaf.text();
    const auto bytes = round(text, static_cast<std::size_t>(byte - at.bytes));
    return {at.bytes + bytes, at.units + utf8::units(text.substr(0, bytes))};
  }

  template <class Visit>
  static void visit_within(const subtree& tree, std::uint64_t begin, std::uint64_t end,
                           Visit& visit) {
    if (tree.is_leaf()) {
      const auto from = static_cast<std::size_t>(begin);
      visit(tree.text().substr(from, static_cast<std::size_t>(end) - from));
      return;
    }
    for (const auto& child : tree.children()) {
      const auto bytes = child.counts().bytes;
      if (begin < bytes)
        visit_within(child, begin, std::min(end, bytes), visit);
      if (end <= bytes)
        return;
      begin -= std::min(begin, bytes);
      end -= bytes;
    }
  }

  subtree root_;
};

/// The chunks of a rope one after the other, from its beginning or from its end.
class rope_chunks {
public:
  enum class order { forward, backward };

  rope_chunks(const rope& of, order which) noexcept : which_(which) {
    if (!of.root().empty())
      enter(of.root());
  }

  /// Returns the next chunk; an empty one at the end.
  [[nodiscard]] std::string_view next() noexcept {
    const auto chunk = chunk_;
    chunk_ = {};
    while (depth_ != 0 && steps_[depth_ - 1].left == 0)
      --depth_;
    if (depth_ != 0) {
      auto& last = steps_[depth_ - 1];
      const auto all = last.of->children();
      --last.left;
      enter(which_ == order::forward ? all[all.size() - 1 - last.left] : all[last.left]);
    }
    return chunk;
  }

private:
  struct step {
    const subtree* of;
    std::size_t left; // children that are not passed yet
  };

  // Goes down to the first leaf.
  void enter(const subtree& top) noexcept {
    const auto* here = &top;
    while (!here->is_leaf()) {
      const auto all = here->children();
      steps_[depth_++] = {here, all.size() - 1};
      here = which_ == order::forward ? &all.front() : &all.back();
    }
    chunk_ = here->text();
  }

  order which_;
  std::size_t depth_ = 0;
  std::array<step, rope_sizes::most_height> steps_;
  std::string_view chunk_; // that comes next
};

/// Returns how many bytes are equal from where the iterators begin, of all that `one` has. Equal
/// ones are seldom looked at one by one.
template <class Iterator>
std::size_t equal_bytes(std::string_view one, const char* other, Iterator from_one,
                        Iterator from_other) {
  if (one.data() == other || std::memcmp(one.data(), other, one.size()) == 0)
    return one.size();
  const auto end = from_one + static_cast<std::ptrdiff_t>(one.size());
  return static_cast<std::size_t>(std::mismatch(from_one, end, from_other).first - from_one);
}

/// Returns how many bytes two ropes have in common at their beginning or at their end. What they
/// share as one node is not read.
inline std::uint64_t common_bytes(const rope& one, const rope& other, rope_chunks::order from) {
  if (one.root().is_same_node(other.root()))
    return one.counts().bytes;
  rope_chunks ones{one, from};
  rope_chunks others{other, from};
  std::string_view left = ones.next();
  std::string_view right = others.next();
  std::uint64_t common = 0;
  while (!left.empty() && !right.empty()) {
    const auto size = std::min(left.size(), right.size());
    std::size_t same = 0;
    if (from == rope_chunks::order::forward) {
      same = equal_bytes(left.substr(0, size), right.data(), left.begin(), right.begin());
      left.remove_prefix(same);
      right.remove_prefix(same);
    } else {
      same = equal_bytes(left.substr(left.size() - size), right.data() + right.size() - size,
                         left.rbegin(), right.rbegin());
      left.remove_suffix(same);
      right.remove_suffix(same);
    }
    common += same;
    if (same != size)
      break;
    if (left.empty())
      left = ones.next();
    if (right.empty())
      right = others.next();
  }
  return common;
}

/// Where the borders of chunks lie makes no difference.
inline bool operator==(const rope& left, const rope& right) {
  const auto& one = left.root();
  const auto& other = right.root();
  if (one.counts().bytes != other.counts().bytes || one.counts().units != other.counts().units)
    return false;
  if (one.is_same_node(other))
    return true;
  if (one.is_leaf() && other.is_leaf())
    return one.text() == other.text();
  return common_bytes(left, right, rope_chunks::order::forward) == one.counts().bytes;
}

} // namespace libsync::detail
