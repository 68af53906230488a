#pragma once

/// A change of a rope by the edits of a delta.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "libsync/outcome.hpp"
#include "libsync/text/delta.hpp"
#include "libsync/text/detail/rope.hpp"
#include "libsync/text/detail/rope_node.hpp"
#include "libsync/text/detail/rope_writer.hpp"

namespace libsync::detail {

/// A change of a rope, with all memory that it takes. So the change can be made, together with
/// others, without failing. From `prepare` to `make` the rope must neither be changed nor copied.
///
/// Most changes lie in one leaf, and leave it neither too small nor too large. Such a change is
/// made in the leaf. Or it replaces the leaf, or a node above it from which on nodes have other
/// owners. Every other change makes a new root.
class rope_change {
public:
  /// Works out what `edits` make of a rope. They cover `before` units, and `after` units
  /// afterwards. Refuses what reaches beyond the end or into a surrogate pair.
  outcome prepare(rope& to, std::span<const edit> edits, const std::string& inserted,
                  std::uint64_t before, std::uint64_t after) {
    if (edits.empty() || prepare_in_leaf(to, edits, inserted, before, after - before))
      return accepted();
    how_ = how::new_root;
    depth_ = 0;
    return rope_writer{edits, inserted.data()}.write(to.root(), made_);
  }

  /// Makes the change. What it replaces is freed with this.
  void make(rope& to) noexcept {
    if (how_ == how::in_place)
      path_[depth_ - 1]->replace(begin_, end_, changed_);
    else if (how_ == how::new_node)
      path_[--depth_]->swap(made_);
    else if (how_ == how::new_root)
      to.root().swap(made_);
    for (std::size_t i = 0; i < depth_; ++i)
      path_[i]->count(added_);
  }

private:
  enum class how { nothing, in_place, new_node, new_root };

  // Returns false if the change is more than one of a single leaf, or does not fit.
  bool prepare_in_leaf(rope& to, std::span<const edit> edits, std::string_view inserted,
                       std::uint64_t before, std::uint64_t added_units) {
    if (before > to.counts().units || inserted.size() > rope_sizes::most_bytes)
      return false;
    if (to.root().empty())
      return prepare_first(inserted, added_units);
    const auto left = descend(to, edits.front().retained);
    const subtree& leaf = *path_[depth_ - 1];
    std::size_t at = 0;
    const auto pass = [&](std::uint64_t units) {
      if (units == 0)
        return true;
      const auto reached = advance_in_leaf(leaf, at, units);
      at += reached.bytes;
      return reached.missing == 0;
    };
    for (const auto& next : edits) {
      const bool is_first = &next == edits.data();
      if (!next.changes()) {
        if (before != to.counts().units && !to.find_units(before))
          return false;
        if (is_first)
          depth_ = 0;
        break;
      }
      if (!pass(is_first ? left : next.retained))
        return false;
      if (is_first)
        begin_ = at;
      else
        changed_ += leaf.text().substr(end_, at - end_);
      changed_ += inserted.substr(0, next.inserted_bytes);
      inserted.remove_prefix(next.inserted_bytes);
      if (!pass(next.erased))
        return false;
      end_ = at;
    }
    return depth_ == 0 || replace_in(leaf, added_units);
  }

  // The rope is empty, so there is nothing but inserts.
  bool prepare_first(std::string_view inserted, std::uint64_t units) {
    if (inserted.empty())
      return false;
    made_ = subtree::leaf({inserted}, units, room_for(inserted.size()));
    how_ = how::new_root;
    return true;
  }

  // Goes down to the leaf that has the unit behind so many, or to the last one. Returns how many
  // of them it has.
  std::uint64_t descend(rope& to, std::uint64_t units) noexcept {
    auto* here = &to.root();
    for (;;) {
      if (owned_ == depth_ && here->is_sole_owner())
        ++owned_;
      path_[depth_++] = here;
      if (here->is_leaf())
        return units;
      const auto all = here->own_children();
      const auto* last = &all.back();
      for (here = all.data(); here != last && units >= here->counts().units; ++here)
        units -= here->counts().units;
    }
  }

  // Some more, so that not every letter takes a new leaf.
  static std::size_t room_for(std::size_t size) noexcept {
    return std::min(size + std::max<std::size_t>(size / 4, 64), rope_sizes::most_bytes);
  }

  // Returns false if the leaf would be too large or too small.
  bool replace_in(const subtree& leaf, std::uint64_t added_units) {
    const auto text = leaf.text();
    const auto size = text.size() - (end_ - begin_) + changed_.size();
    const auto least = depth_ == 1 ? std::size_t{1} : rope_sizes::least_bytes;
    if (size < least || size > rope_sizes::most_bytes)
      return false;
    added_ = {changed_.size() - (end_ - begin_), added_units, 0};
    // A leaf that was longer does not keep its room for ever.
    const bool has_room = size <= leaf.room() && //
                          leaf.room() <= std::max<std::size_t>(size + size / 2 + 64, 256);
    if (owned_ == depth_ && has_room) {
      how_ = how::in_place;
      return true;
    }
    made_ = subtree::leaf({text.substr(0, begin_), changed_, text.substr(end_)},
                          leaf.counts().units + added_units, room_for(size));
    for (; depth_ > owned_ + 1; --depth_)
      made_ = subtree::inner(*path_[depth_ - 2], path_[depth_ - 1], std::move(made_));
    added_.memory = made_.counts().memory - path_[depth_ - 1]->counts().memory;
    how_ = how::new_node;
    return true;
  }

  how how_ = how::nothing;
  // The bytes of the leaf from `begin_` to `end_` become `changed_`.
  std::string changed_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  rope_counts added_;
  subtree made_;
  // From the root to the leaf, or to the node that is replaced: what is counted anew.
  std::array<subtree*, rope_sizes::most_height> path_;
  std::size_t depth_ = 0;
  std::size_t owned_ = 0; // so many nodes of the path have no other owner
};

} // namespace libsync::detail
