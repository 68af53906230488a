#pragma once

/// Entries in the order of their keys, in blocks: what sets and dictionaries are made of.

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include "libsync/statebox/owned.hpp"

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

    reference operator*() const { return (*in_)[place_]; }
    pointer operator->() const { return &**this; }
    const_iterator& operator++() {
      if (++place_ == in_->size()) {
        place_ = 0;
        ++in_;
      }
      return *this;
    }
    const_iterator operator++(int) {
      auto before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const const_iterator& left, const const_iterator& right) {
      return left.in_ == right.in_ && left.place_ == right.place_;
    }

  private:
    friend sorted_blocks;
    explicit const_iterator(const block* in) : in_(in) {}

    const block* in_ = nullptr;
    std::size_t place_ = 0;
  };

  [[nodiscard]] std::size_t size() const noexcept {
    return many_.has_value() ? many_.read().size : only_.size();
  }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] const_iterator begin() const { return const_iterator{blocks().data()}; }
  [[nodiscard]] const_iterator end() const {
    const auto all = blocks();
    return const_iterator{all.data() + all.size()};
  }

  /// Returns the entry with this key, or null.
  template <class Key>
  [[nodiscard]] const Entry* find(const Key& key) const {
    if (empty())
      return nullptr;
    const block& in = blocks()[block_of(key)];
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
      only_.push_back(make());
      return {&only_.front(), true};
    }
    const auto in = block_of(key);
    block& all = block_at(in);
    const auto at = place_of(all, key);
    if (at != all.size() && !(key < KeyOf{}(all[at])))
      return {&all[at], false};
    return {insert(in, at, make()), true};
  }

  /// Returns whether there was one.
  template <class Key>
  bool erase(const Key& key) {
    if (empty())
      return false;
    const auto in = block_of(key);
    block& all = block_at(in);
    const auto at = place_of(all, key);
    if (at == all.size() || key < KeyOf{}(all[at]))
      return false;
    all.erase(std::next(all.begin(), static_cast<std::ptrdiff_t>(at)));
    if (many_.has_value())
      shrink(in);
    return true;
  }

  friend bool operator==(const sorted_blocks& left, const sorted_blocks& right) {
    return left.size() == right.size() && std::equal(left.begin(), left.end(), right.begin());
  }

private:
  // What is used once there is more than one block.
  struct many {
    std::vector<block> blocks;
    std::size_t size = 0;
  };

  [[nodiscard]] std::span<const block> blocks() const noexcept {
    if (many_.has_value())
      return many_.read().blocks;
    return {&only_, only_.empty() ? 0U : 1U};
  }

  [[nodiscard]] block& block_at(std::size_t in) {
    return many_.has_value() ? many_.write().blocks[in] : only_;
  }

  // The last block that does not begin after the key, else the first.
  template <class Key>
  [[nodiscard]] std::size_t block_of(const Key& key) const {
    if (!many_.has_value())
      return 0;
    const auto& all = many_.read().blocks;
    const auto after =
        count_while<block>(all, [&](const block& in) { return !(key < KeyOf{}(in.front())); });
    return after == 0 ? 0 : after - 1;
  }

  // The first entry that is not before the key.
  template <class Key>
  [[nodiscard]] static std::size_t place_of(const block& in, const Key& key) {
    return count_while<Entry>(in, [&](const Entry& one) { return KeyOf{}(one) < key; });
  }

  // How many at the beginning are so, where none is after one that is not. A binary search without
  // a branch that the processor would have to guess, which is half of the cost of a lookup.
  template <class One, class Test>
  [[nodiscard]] static std::size_t count_while(std::span<const One> all, Test test) {
    if (all.empty())
      return 0;
    const One* first = all.data();
    std::size_t left = all.size();
    while (left > 1) {
      const auto half = left / 2;
      first += test(first[half - 1]) ? half : 0;
      left -= half;
    }
    return static_cast<std::size_t>(first - all.data()) + (test(*first) ? 1 : 0);
  }

  Entry* insert(std::size_t in, std::size_t at, Entry entry) {
    if (block_at(in).size() == most)
      split(in, at);
    block& all = block_at(in);
    const auto place =
        all.insert(std::next(all.begin(), static_cast<std::ptrdiff_t>(at)), std::move(entry));
    if (many_.has_value())
      ++many_.write().size;
    return &*place;
  }

  // Makes room before place `at` of a full block, and says where that is now. Behind the last
  // entry of all there is a new block, so that ascending keys fill their blocks.
  void split(std::size_t& in, std::size_t& at) {
    auto& [blocks, size] = many_.write();
    if (blocks.empty()) {
      size = only_.size();
      blocks.push_back(std::move(only_));
      only_ = {};
    }
    const bool behind_all = in + 1 == blocks.size() && at == most;
    const std::size_t kept = behind_all ? most : most / 2;
    block fresh;
    fresh.reserve(most);
    block& full = blocks[in];
    const auto middle = std::next(full.begin(), static_cast<std::ptrdiff_t>(kept));
    std::move(middle, full.end(), std::back_inserter(fresh));
    full.erase(middle, full.end());
    blocks.insert(std::next(blocks.begin(), static_cast<std::ptrdiff_t>(in) + 1), std::move(fresh));
    if (at > kept || behind_all) {
      ++in;
      at -= kept;
    }
  }

  // After a removal: no block is empty, and after many they are not ever so small.
  void shrink(std::size_t in) {
    auto& [blocks, size] = many_.write();
    block& all = blocks[in];
    const auto next = std::next(blocks.begin(), static_cast<std::ptrdiff_t>(in) + 1);
    if (all.empty()) {
      blocks.erase(std::prev(next));
    } else if (next != blocks.end() && all.size() + next->size() <= most / 2) {
      std::move(next->begin(), next->end(), std::back_inserter(all));
      blocks.erase(next);
    }
    if (--size == 0)
      many_ = {};
  }

  // While there is but one block it lies here: most sets are small.
  block only_;
  owned<many> many_;
};

} // namespace libsync
