#pragma once

/// Builds a rope from left to right.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "libsync/text/detail/rope_node.hpp"
#include "libsync/text/utf8.hpp"

namespace libsync::detail {

/// Appends texts and whole subtrees, which it shares, to a new rope. Nodes that would become too
/// small join their neighbours.
///
/// What was appended waits: first the subtrees of the greatest height, then those of each lower
/// one, and at the end bytes that are no leaf yet. So a subtree can wait at its height only once
/// all that is lower has become subtrees of that height. If something lower is too small for that,
/// the children of the subtree are appended one by one, and join it.
class rope_builder {
  using sizes = rope_sizes;

public:
  /// Appends valid UTF-8.
  void append(std::string_view utf8) {
    while (!utf8.empty()) {
      if (open_bytes_ == 0 && utf8.size() >= open_.size()) {
        utf8.remove_prefix(push_leaf(utf8, sizes::usual_bytes));
        continue;
      }
      const auto fit = std::min(utf8.size(), open_.size() - open_bytes_);
      std::memcpy(open_.data() + open_bytes_, utf8.data(), fit);
      open_bytes_ += fit;
      utf8.remove_prefix(fit);
      if (open_bytes_ == open_.size())
        close_front(sizes::usual_bytes);
    }
  }

  /// Appends a subtree.
  void append(const subtree& whole) {
    // Roots alone may be too small; here they are not to stay roots.
    const bool is_small = whole.is_leaf() ? whole.counts().bytes < sizes::least_bytes
                                          : whole.children().size() < sizes::least_children;
    if (!is_small && close_below(whole.height()))
      push(whole);
    else if (whole.is_leaf())
      append(whole.text());
    else
      for (const auto& child : whole.children())
        append(child);
  }

  /// Returns the rope; the builder may not be used afterwards.
  subtree finish() {
    if (open_bytes_ != 0) {
      if (open_bytes_ < sizes::least_bytes)
        borrow_bytes();
      close_bytes();
    }
    for (std::size_t height = 0;; ++height) {
      auto& here = waiting_[height];
      const auto above = lowest_above(height);
      if (above == waiting_.size()) {
        if (here.empty())
          return {};
        if (here.size() == 1)
          return std::move(here.front());
      } else if (!here.empty() && here.size() < sizes::least_children) {
        borrow_children(height, above);
      }
      close(height);
    }
  }

private:
  // Makes a leaf of the first `most` bytes or a little less. Returns how many they are.
  std::size_t push_leaf(std::string_view utf8, std::size_t most) {
    const auto first = utf8.substr(0, utf8::character_before(utf8, most));
    push(subtree::leaf({first}, utf8::units(first), first.size()));
    return first.size();
  }

  void close_front(std::size_t most) {
    const auto closed = push_leaf({open_.data(), open_bytes_}, most);
    open_bytes_ -= closed;
    std::memmove(open_.data(), open_.data() + closed, open_bytes_);
  }

  // Makes the open bytes one leaf, or two alike.
  void close_bytes() {
    if (open_bytes_ > sizes::most_bytes)
      close_front(open_bytes_ / 2);
    if (open_bytes_ != 0)
      close_front(open_bytes_);
  }

  void push(subtree whole) {
    auto& here = waiting_[whole.height()];
    if (here.capacity() == 0)
      here.reserve(sizes::most_children / 2);
    here.push_back(std::move(whole));
    if (here.size() == 2 * sizes::most_children)
      close_front(here, sizes::usual_children);
  }

  void close_front(std::vector<subtree>& here, std::size_t most) {
    push(subtree::inner(std::span{here}.first(most)));
    here.erase(here.begin(), here.begin() + static_cast<std::ptrdiff_t>(most));
  }

  // Makes the subtrees that wait at a height children of one node, or of two alike.
  void close(std::size_t height) {
    auto& here = waiting_[height];
    if (here.size() > sizes::most_children)
      close_front(here, here.size() / 2);
    if (!here.empty())
      close_front(here, here.size());
  }

  // Makes all that waits below a height subtrees of that height. Returns false if something is too
  // small for that.
  bool close_below(std::size_t height) {
    if (open_bytes_ != 0) {
      if (open_bytes_ < sizes::least_bytes)
        return false;
      close_bytes();
    }
    for (std::size_t low = 0; low < height; ++low) {
      if (!waiting_[low].empty() && waiting_[low].size() < sizes::least_children)
        return false;
      close(low);
    }
    return true;
  }

  // Returns the lowest height above this one at which something waits.
  [[nodiscard]] std::size_t lowest_above(std::size_t height) const noexcept {
    while (++height < waiting_.size() && waiting_[height].empty()) {
    }
    return height;
  }

  // Opens the last subtree that waits at the height `from`, its last child, and so on, so that the
  // children of the last one wait at the height `to`, before what waits there.
  void borrow_children(std::size_t to, std::size_t from) {
    for (auto height = from; height != to; --height) {
      const auto last = std::move(waiting_[height].back());
      waiting_[height].pop_back();
      auto& below = waiting_[height - 1];
      below.insert(below.begin(), last.children().begin(), last.children().end());
    }
  }

  // Opens the last leaf.
  void borrow_bytes() {
    if (waiting_[0].empty()) {
      const auto above = lowest_above(0);
      if (above == waiting_.size())
        return;
      borrow_children(0, above);
    }
    const auto last = std::move(waiting_[0].back());
    waiting_[0].pop_back();
    const auto text = last.text();
    std::memmove(open_.data() + text.size(), open_.data(), open_bytes_);
    std::memcpy(open_.data(), text.data(), text.size());
    open_bytes_ += text.size();
  }

  // So many bytes that their halves, cut between characters, are leaves.
  static constexpr std::size_t most_open = 2 * sizes::most_bytes - 8;

  std::array<std::vector<subtree>, sizes::most_height> waiting_;
  std::array<char, most_open> open_; // only the first `open_bytes_` mean anything
  std::size_t open_bytes_ = 0;
};

} // namespace libsync::detail
