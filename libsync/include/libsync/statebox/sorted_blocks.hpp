#pragma once

/// Entries in the order of their keys, in blocks: what sets and dictionaries are made of.

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

namespace libsync {

/// Unique entries in ascending order of `KeyOf{}(entry)`, which is compared by `<`. They lie in
/// blocks of up to 128, like the leaves of a B-tree of two levels: lookup by two binary searches,
/// insertion and removal by moving half a block. Up to some millions of entries this measured
/// faster than a tree of nodes, it is copied block by block, and it is iterated in order.
///
/// Pointers and iterators into it hold until the next insertion or removal.
template <class Entry, class KeyOf>
class sorted_blocks {
  using block = std::vector<Entry>;
  static constexpr std::size_t most = 128;

public:
  class const_iterator {
  public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Entry;
    using difference_type = std::ptrdiff_t;
    using pointer = const Entry*;
    using reference = const Entry&;

    const_iterator() = default;

    reference operator*() const { return (*blocks_)[block_][place_]; }
    pointer operator->() const { return &**this; }
    const_iterator& operator++() {
      if (++place_ == (*blocks_)[block_].size()) {
        place_ = 0;
        ++block_;
      }
      return *this;
    }
    const_iterator operator++(int) {
      auto before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const const_iterator& left, const const_iterator& right) {
      return left.block_ == right.block_ && left.place_ == right.place_;
    }

  private:
    friend sorted_blocks;
    const_iterator(const std::vector<block>* blocks, std::size_t block)
        : blocks_(blocks), block_(block) {}

    const std::vector<block>* blocks_ = nullptr;
    std::size_t block_ = 0;
    std::size_t place_ = 0;
  };

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] const_iterator begin() const { return {&blocks_, 0}; }
  [[nodiscard]] const_iterator end() const { return {&blocks_, blocks_.size()}; }

  /// Returns the entry with this key, or null.
  template <class Key>
  [[nodiscard]] const Entry* find(const Key& key) const {
    if (empty())
      return nullptr;
    const block& in = blocks_[block_of(key)];
    const auto at = place_of(in, key);
    return at != in.size() && !(key < KeyOf{}(in[at])) ? &in[at] : nullptr;
  }

  template <class Key>
  [[nodiscard]] Entry* find(const Key& key) {
    return const_cast<Entry*>(std::as_const(*this).find(key));
  }

  /// Returns the entry with this key, and whether it is new: then `make()` has made it.
  template <class Key, class Make>
  std::pair<Entry*, bool> find_or_insert(const Key& key, Make make) {
    if (empty()) {
      block first;
      first.push_back(make());
      blocks_.push_back(std::move(first));
      size_ = 1;
      return {&blocks_.front().front(), true};
    }
    const auto in = block_of(key);
    const auto at = place_of(blocks_[in], key);
    if (at != blocks_[in].size() && !(key < KeyOf{}(blocks_[in][at])))
      return {&blocks_[in][at], false};
    return {insert(in, at, make()), true};
  }

  /// Returns whether there was one.
  template <class Key>
  bool erase(const Key& key) {
    if (empty())
      return false;
    const auto in = block_of(key);
    block& all = blocks_[in];
    const auto at = place_of(all, key);
    if (at == all.size() || key < KeyOf{}(all[at]))
      return false;
    all.erase(std::next(all.begin(), static_cast<std::ptrdiff_t>(at)));
    --size_;
    join_with_next(in);
    return true;
  }

  friend bool operator==(const sorted_blocks& left, const sorted_blocks& right) {
    return left.size_ == right.size_ && std::equal(left.begin(), left.end(), right.begin());
  }

private:
  // The last block that does not begin after the key, else the first.
  template <class Key>
  [[nodiscard]] std::size_t block_of(const Key& key) const {
    const auto after =
        std::upper_bound(blocks_.begin(), blocks_.end(), key, [](const Key& left, const block& in) {
          return left < KeyOf{}(in.front());
        });
    return after == blocks_.begin() ? 0 : static_cast<std::size_t>(after - blocks_.begin()) - 1;
  }

  // The first entry that is not before the key.
  template <class Key>
  [[nodiscard]] static std::size_t place_of(const block& in, const Key& key) {
    const auto found =
        std::lower_bound(in.begin(), in.end(), key,
                         [](const Entry& left, const Key& right) { return KeyOf{}(left) < right; });
    return static_cast<std::size_t>(found - in.begin());
  }

  Entry* insert(std::size_t in, std::size_t at, Entry entry) {
    if (blocks_[in].size() == most)
      split(in, at);
    block& all = blocks_[in];
    const auto place =
        all.insert(std::next(all.begin(), static_cast<std::ptrdiff_t>(at)), std::move(entry));
    ++size_;
    return &*place;
  }

  // Makes room before place `at` of a full block, and says where that is now. Behind the last
  // entry of all there is a new block, so that ascending keys fill their blocks.
  void split(std::size_t& in, std::size_t& at) {
    const bool behind_all = in + 1 == blocks_.size() && at == most;
    const std::size_t kept = behind_all ? most : most / 2;
    const auto next = static_cast<std::ptrdiff_t>(in) + 1;
    auto fresh = blocks_.emplace(std::next(blocks_.begin(), next));
    fresh->reserve(most);
    block& full = blocks_[in];
    const auto middle = std::next(full.begin(), static_cast<std::ptrdiff_t>(kept));
    std::move(middle, full.end(), std::back_inserter(*fresh));
    full.erase(middle, full.end());
    if (at > kept || behind_all) {
      ++in;
      at -= kept;
    }
  }

  // So that blocks are not ever so small after many removals.
  void join_with_next(std::size_t in) {
    block& all = blocks_[in];
    const auto next = std::next(blocks_.begin(), static_cast<std::ptrdiff_t>(in) + 1);
    if (all.empty()) {
      blocks_.erase(std::prev(next));
    } else if (next != blocks_.end() && all.size() + next->size() <= most / 2) {
      std::move(next->begin(), next->end(), std::back_inserter(all));
      blocks_.erase(next);
    }
  }

  std::vector<block> blocks_;
  std::size_t size_ = 0;
};

} // namespace libsync
