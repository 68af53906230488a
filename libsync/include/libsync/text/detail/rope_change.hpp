#pragma once

/// A change of a rope by the edits of a delta.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libsync/outcome.hpp"
#include "libsync/text/delta.hpp"
#include "libsync/text/detail/leaf_change.hpp"
#include "libsync/text/detail/rope.hpp"
#include "libsync/text/detail/rope_node.hpp"
#include "libsync/text/detail/rope_writer.hpp"

namespace libsync::detail {

/// A change of a rope, with all memory that it takes. So the change can be made, together with
/// others, without failing. From `prepare` to `make` the rope must neither be changed nor copied.
///
/// Most edits lie in one leaf each, and leave it neither too small nor too large. They are made in
/// the leaf. Or they replace the leaf, or a node above it from which on nodes have other owners. A
/// delta with an edit of another kind makes a new root.
class rope_change {
public:
  /// Works out what `edits` make of a rope. They cover `before` units. Refuses what reaches beyond
  /// the end or into a surrogate pair.
  outcome prepare(rope& to, std::span<const edit> edits, const std::string& inserted,
                  std::uint64_t before) {
    edits_left left{edits, inserted};
    if (prepare_in_leaves(to, left, before))
      return accepted();
    return prepare_root(to, edits, inserted);
  }

  /// Makes the change. What it replaces is freed with this.
  void make() noexcept {
    first_.make();
    for (auto& next : more_)
      next.make();
  }

private:
  /// A change of a node. The nodes above it have no other owner than this rope.
  struct node_change {
    // From the root to the node. Changes have nodes above in common, and move none of them.
    std::array<subtree*, rope_sizes::most_height + 1> path;
    std::size_t depth = 0; // 0 if nothing changes
    std::uint64_t end = 0; // of the node, in units of the text
    bool replaces = false; // the node, by what is made; else it is a leaf
    subtree made;
    leaf_change in_leaf;

    /// Whether the node changes and has a place behind what changes in it.
    [[nodiscard]] bool goes_on(std::uint64_t place, std::uint64_t all) const noexcept {
      return end != 0 && (place < end || end == all);
    }

    void replace(subtree& root) noexcept {
      path[0] = &root;
      depth = 1;
      replaces = true;
    }

    void make() noexcept {
      if (depth == 0)
        return;
      auto& node = *path[depth - 1];
      auto added = in_leaf.added();
      if (replaces) {
        added = made.counts();
        added -= node.counts();
        node.swap(made);
      } else {
        node.replace(in_leaf.begin, in_leaf.end, in_leaf.changed);
        node.count(added);
      }
      for (std::size_t i = 0; i + 1 < depth; ++i)
        path[i]->count(added);
    }
  };

  // Apart, because a writer takes much of a stack.
  [[gnu::noinline]] outcome prepare_root(rope& to, std::span<const edit> edits,
                                         const std::string& inserted) {
    more_.clear();
    first_.replace(to.root());
    return rope_writer{edits, inserted.data()}.write(to.root(), first_.made);
  }

  // Returns false if an edit is more than one of a single leaf, or does not fit.
  bool prepare_in_leaves(rope& to, edits_left& edits, std::uint64_t before) {
    const auto& all = to.counts();
    if (before > all.units)
      return false;
    if (!edits.next.empty() && !edits.next.back().changes()) {
      if (before != all.units && !to.find_units(before))
        return false;
      edits.next = edits.next.first(edits.next.size() - 1);
    }
    if (edits.next.empty())
      return true;
    if (to.root().empty())
      return prepare_first(to, edits);
    auto* next = &first_;
    while (take_leaf(to, edits, *next)) {
      if (edits.next.empty())
        return true;
      if (!next->goes_on(edits.place(), all.units)) {
        if (more_.empty())
          more_.reserve(std::min(edits.next.size(), all.bytes / rope_sizes::least_bytes));
        next = &more_.emplace_back();
      }
    }
    return false;
  }

  // The rope is empty, so there is nothing but an insert.
  bool prepare_first(rope& to, const edits_left& edits) {
    const auto size = edits.inserted.size();
    if (size > rope_sizes::most_bytes)
      return false;
    first_.replace(to.root());
    first_.made =
        subtree::leaf({edits.inserted}, edits.next.front().inserted, leaf_change::room_for(size));
    return true;
  }

  // Takes the edits of the next leaf. Goes down to it through nodes that nobody else has, and below
  // them through copies.
  bool take_leaf(rope& to, edits_left& edits, node_change& next) {
    auto units = edits.place();
    auto depth = next.depth;
    auto* here = &to.root();
    if (depth != 0) { // all that has changed in the node is before the place
      units -= next.end - next.made.counts().units;
      here = &next.made;
    }
    for (;;) {
      next.path[depth++] = here;
      if (here->is_leaf())
        break;
      if (!here->is_sole_owner()) {
        if (next.depth == 0) {
          next.depth = depth;
          next.end = edits.place() - units + here->counts().units;
          next.replaces = true;
          next.made = subtree::copy_of_inner(*here);
          here = &next.made;
          continue;
        }
        *here = subtree::copy_of_inner(*here);
      }
      here = &child_with(*here, units);
    }
    const auto least = depth == 1 ? 1 : rope_sizes::least_bytes;
    if (!next.in_leaf.take(*here, units, edits, least))
      return false;
    if (next.depth == 0) {
      next.depth = depth;
      next.replaces = !here->is_sole_owner() || !next.in_leaf.fits(*here);
      if (next.replaces)
        next.made = next.in_leaf.made_of(*here);
      return true;
    }
    auto made = next.in_leaf.made_of(*here);
    auto added = made.counts();
    added -= here->counts();
    here->swap(made);
    while (--depth != next.depth)
      next.path[depth - 1]->count(added);
    return true;
  }

  // Returns the child that has the unit behind so many, or the last one. Then `units` are those
  // from its beginning.
  static subtree& child_with(subtree& inner, std::uint64_t& units) noexcept {
    const auto all = inner.own_children();
    auto* here = all.data();
    for (const auto* last = &all.back(); here != last && units >= here->counts().units; ++here)
      units -= here->counts().units;
    return *here;
  }

  node_change first_;
  std::vector<node_change> more_;
};

} // namespace libsync::detail
