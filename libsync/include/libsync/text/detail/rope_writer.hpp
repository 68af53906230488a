#pragma once

/// Writes the rope that the edits of a delta make of another one.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "libsync/outcome.hpp"
#include "libsync/text/delta.hpp"
#include "libsync/text/detail/rope.hpp"
#include "libsync/text/detail/rope_builder.hpp"
#include "libsync/text/detail/rope_node.hpp"
#include "libsync/text/utf8.hpp"

namespace libsync::detail {

/// Writes a rope from left to right, in one pass over the edits and over the part of the tree that
/// they change. The rest is shared.
class rope_writer {
public:
  rope_writer(std::span<const edit> edits, const char* inserted) noexcept
      : next_(edits.data()), end_(next_ + edits.size()), inserted_(inserted) {}

  /// Refuses edits that reach beyond the end or into a surrogate pair.
  outcome write(const subtree& from, subtree& made) {
    enter();
    if (!from.empty() && !pass(from))
      return refused(what_is_passed() + " on ends inside a surrogate pair");
    if (next_ != end_)
      return refused(what_is_passed() + " on ends " + std::to_string(retained_ + erased_) +
                     " beyond the end of the text");
    made = out_.finish();
    return accepted();
  }

private:
  // Takes the next edit. Beyond the last one everything is retained.
  void enter() {
    retained_ = next_ == end_ ? std::numeric_limits<std::uint64_t>::max() : next_->retained;
    if (retained_ == 0)
      change();
  }

  // The next edit's retain is passed.
  void change() {
    out_.append({inserted_, next_->inserted_bytes});
    inserted_ += next_->inserted_bytes;
    passed_ += next_->retained;
    erased_ = next_->erased;
    if (erased_ == 0)
      leave();
  }

  void leave() {
    passed_ += next_->erased;
    ++next_;
    enter();
  }

  [[nodiscard]] std::string what_is_passed() const {
    return (erased_ != 0 ? "an erase of " + std::to_string(next_->erased)
                         : "a retain of " + std::to_string(next_->retained)) +
           " code units from " + std::to_string(passed_);
  }

  // Exactly one of the two is not 0.
  void pass_units(std::uint64_t units) {
    if (retained_ != 0) {
      retained_ -= units;
      if (retained_ == 0)
        change();
    } else {
      erased_ -= units;
      if (erased_ == 0)
        leave();
    }
  }

  // Returns whether no end of a retain or an erase lies in a surrogate pair.
  bool pass(const subtree& tree) {
    const auto units = tree.counts().units;
    if (retained_ >= units || erased_ >= units) {
      if (retained_ != 0)
        out_.append(tree);
      pass_units(units);
      return true;
    }
    if (tree.is_leaf())
      return pass_leaf(tree);
    for (const auto& child : tree.children())
      if (!pass(child))
        return false;
    return true;
  }

  bool pass_leaf(const subtree& leaf) {
    const auto text = leaf.text();
    for (std::size_t at = 0; at < text.size();) {
      const auto units = retained_ + erased_;
      const auto reached = advance_in_leaf(leaf, at, units);
      if (reached.in_pair)
        return false;
      if (retained_ != 0)
        out_.append(text.substr(at, reached.bytes));
      at += reached.bytes;
      pass_units(units - reached.missing);
    }
    return true;
  }

  const edit* next_;
  const edit* end_;
  const char* inserted_;
  std::uint64_t passed_ = 0; // before what is retained or erased now
  std::uint64_t retained_ = 0;
  std::uint64_t erased_ = 0;
  rope_builder out_;
};

} // namespace libsync::detail
