#pragma once

/// The nodes of a rope: leaves of text, and inner nodes with the counts of what lies below.

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <utility>

namespace libsync::detail {

/// The sizes of nodes. A root may have less than the least, and a leaf that is loaded or cut from
/// a long insert has the usual size, so that edits find room on both sides.
struct rope_sizes {
  static constexpr std::size_t least_bytes = 512;
  static constexpr std::size_t usual_bytes = 1536;
  static constexpr std::size_t most_bytes = 2048;
  static constexpr std::size_t least_children = 8;
  static constexpr std::size_t usual_children = 24;
  static constexpr std::size_t most_children = 32;
  /// A rope of this height has more bytes than can be addressed.
  static constexpr std::size_t most_height = 16;
};

/// What lies in and below a node. `memory` is what the nodes take.
struct rope_counts {
  std::uint64_t bytes = 0;
  std::uint64_t units = 0;
  std::uint64_t memory = 0;

  rope_counts& operator+=(const rope_counts& more) noexcept {
    bytes += more.bytes;
    units += more.units;
    memory += more.memory;
    return *this;
  }
  rope_counts& operator-=(const rope_counts& less) noexcept {
    bytes -= less.bytes;
    units -= less.units;
    memory -= less.memory;
    return *this;
  }
  friend bool operator==(const rope_counts&, const rope_counts&) = default;
};

/// What leaves and inner nodes begin with.
struct rope_node {
  rope_node(std::size_t how_high, std::size_t how_many) noexcept
      : height(static_cast<std::uint32_t>(how_high)), size(static_cast<std::uint32_t>(how_many)) {}

  std::atomic<std::size_t> owners{1};
  /// 0 for a leaf. All leaves of a rope are equally deep.
  std::uint32_t height;
  /// The room of a leaf, in bytes; the number of children of an inner node.
  std::uint32_t size;
};

/// Owns a node together with others, and counts what lies below it. A node that has two owners is
/// never changed, so owners on several threads need no lock.
class subtree {
public:
  subtree() noexcept = default;
  subtree(const subtree& other) noexcept : counts_(other.counts_), node_(other.node_) {
    if (node_ != nullptr)
      node_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  subtree(subtree&& other) noexcept
      : counts_(std::exchange(other.counts_, {})), node_(std::exchange(other.node_, nullptr)) {}
  subtree& operator=(const subtree& other) noexcept {
    auto copy = other;
    swap(copy);
    return *this;
  }
  subtree& operator=(subtree&& other) noexcept {
    auto moved = std::move(other);
    swap(moved);
    return *this;
  }
  ~subtree() {
    if (node_ != nullptr)
      release();
  }

  void swap(subtree& other) noexcept {
    std::swap(counts_, other.counts_);
    std::swap(node_, other.node_);
  }

  /// Makes a leaf of up to three pieces of UTF-8 with so many units, and room for more.
  static subtree leaf(const std::array<std::string_view, 3>& pieces, std::uint64_t units,
                      std::size_t room) {
    // A leaf's bytes lie behind its node.
    auto* made = new (::operator new(sizeof(rope_node) + room)) rope_node{0, room};
    auto* to = reinterpret_cast<char*>(made + 1);
    std::uint64_t bytes = 0;
    for (const auto piece : pieces) {
      if (!piece.empty())
        std::memcpy(to + bytes, piece.data(), piece.size());
      bytes += piece.size();
    }
    return subtree{made, {bytes, units, sizeof(rope_node) + room}};
  }

  /// Makes an inner node of up to `most_children` subtrees of one height, which it takes.
  static subtree inner(std::span<subtree> children) {
    auto made = room_for_children(children.front().height() + 1, children.size());
    std::uninitialized_move(children.begin(), children.end(), made.own_children().data());
    made.count_children();
    return made;
  }

  /// Copies an inner node, which shares its children.
  static subtree copy_of_inner(const subtree& like) {
    const auto children = like.children();
    auto made = room_for_children(like.height(), children.size());
    std::uninitialized_copy(children.begin(), children.end(), made.own_children().data());
    made.counts_ = like.counts_;
    return made;
  }

  [[nodiscard]] bool empty() const noexcept { return node_ == nullptr; }
  [[nodiscard]] const rope_counts& counts() const noexcept { return counts_; }
  [[nodiscard]] std::size_t height() const noexcept { return node_ == nullptr ? 0 : node_->height; }
  [[nodiscard]] bool is_leaf() const noexcept { return node_->height == 0; }

  /// Whether nobody else owns the node. Only the owner can make a second one, so this stays true.
  [[nodiscard]] bool is_sole_owner() const noexcept {
    return node_->owners.load(std::memory_order_acquire) == 1;
  }
  [[nodiscard]] bool is_same_node(const subtree& other) const noexcept {
    return node_ == other.node_;
  }

  /// The text of a leaf.
  [[nodiscard]] std::string_view text() const noexcept {
    return {reinterpret_cast<const char*>(node_ + 1), static_cast<std::size_t>(counts_.bytes)};
  }
  /// How many bytes fit into a leaf.
  [[nodiscard]] std::size_t room() const noexcept { return node_->size; }

  /// The children of an inner node. The second is for its sole owner.
  [[nodiscard]] std::span<const subtree> children() const noexcept {
    return {reinterpret_cast<const subtree*>(node_ + 1), node_->size};
  }
  [[nodiscard]] std::span<subtree> own_children() noexcept {
    return {reinterpret_cast<subtree*>(node_ + 1), node_->size};
  }

  /// Replaces the bytes from `begin` to `end` of a leaf that has the room, by the sole owner. The
  /// counts stay.
  void replace(std::size_t begin, std::size_t end, std::string_view by) noexcept {
    auto* from = reinterpret_cast<char*>(node_ + 1);
    const auto bytes = static_cast<std::size_t>(counts_.bytes);
    if (end - begin != by.size())
      std::memmove(from + begin + by.size(), from + end, bytes - end);
    if (!by.empty())
      std::memcpy(from + begin, by.data(), by.size());
  }
  void count(const rope_counts& added) noexcept { counts_ += added; }

private:
  subtree(rope_node* owned, const rope_counts& of) noexcept : counts_(of), node_(owned) {}

  // An inner node without its children, which lie behind it.
  static subtree room_for_children(std::size_t height, std::size_t children) {
    const auto bytes = sizeof(rope_node) + children * sizeof(subtree);
    return subtree{new (::operator new(bytes)) rope_node{height, children}, {0, 0, bytes}};
  }

  void count_children() noexcept {
    for (const auto& child : children())
      counts_ += child.counts();
  }

  // As deep as the rope is high. What former owners did comes before the end of the node.
  void release() noexcept {
    if (!is_sole_owner() && node_->owners.fetch_sub(1, std::memory_order_acq_rel) != 1)
      return;
    if (!is_leaf())
      std::destroy_n(own_children().data(), node_->size);
    node_->~rope_node();
    ::operator delete(static_cast<void*>(node_));
  }

  rope_counts counts_;
  rope_node* node_ = nullptr;
};

} // namespace libsync::detail
