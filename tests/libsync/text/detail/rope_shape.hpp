#pragma once

/// Checks that the rope of a text is what it should be: balanced, of nodes of the right sizes, with
/// the right counts.

#include <stdexcept>
#include <string>

#include "libsync/text/text.hpp"

struct libsync::detail::text_access {
  static const rope& rope_of(const text& one) { return one.rope_; }
};

namespace rope_shape {

using libsync::detail::rope_counts;
using libsync::detail::rope_sizes;
using libsync::detail::subtree;

inline void expect(bool good, const char* what) {
  if (!good)
    throw std::logic_error(std::string{"the rope is wrong: "} + what);
}

inline void check(const subtree& tree, bool is_root) {
  rope_counts all{0, 0, 0};
  if (tree.is_leaf()) {
    const auto text = tree.text();
    expect(text.size() <= rope_sizes::most_bytes, "a leaf is too large");
    expect(text.size() >= (is_root ? 1 : rope_sizes::least_bytes), "a leaf is too small");
    expect(text.size() <= tree.room(), "a leaf has no room for its text");
    expect(libsync::utf8::find_invalid(text) == libsync::utf8::npos, "a leaf parts a character");
    all = {text.size(), libsync::utf8::units(text),
           sizeof(libsync::detail::rope_node) + tree.room()};
  } else {
    const auto children = tree.children();
    expect(children.size() <= rope_sizes::most_children, "a node has too many children");
    expect(children.size() >= (is_root ? 2 : rope_sizes::least_children),
           "a node has too few children");
    all.memory = sizeof(libsync::detail::rope_node) + children.size() * sizeof(subtree);
    for (const auto& child : children) {
      expect(child.height() + 1 == tree.height(), "the leaves are not equally deep");
      check(child, false);
      all += child.counts();
    }
  }
  expect(all == tree.counts(), "a node counts wrongly");
}

/// Throws std::logic_error, and says what is wrong.
inline void check(const libsync::text& one) {
  const auto& root = libsync::detail::text_access::rope_of(one).root();
  if (root.empty())
    expect(root.counts() == rope_counts{}, "nothing counts as something");
  else
    check(root, true);
}

inline const subtree& root_of(const libsync::text& one) {
  return libsync::detail::text_access::rope_of(one).root();
}

} // namespace rope_shape
