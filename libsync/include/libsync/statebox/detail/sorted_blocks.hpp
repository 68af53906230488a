#pragma once

/// Entries in the order of their keys, in blocks. Sets and dictionaries consist of them.

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include "libsync/statebox/detail/indirect.hpp"
#include "libsync/statebox/detail/vectors.hpp"

namespace libsync::detail {

/// Unique entries in ascending order of `KeyOf{}(entry)`, which is compared by `<`. They lie in
/// blocks of up to 128, like the leaves of a B-tree of two levels: lookup by two binary searches,
/// insertion and removal by moving half a block. Up to some millions of entries this measured
/// faster than a tree of nodes, it is copied block by block, and it is iterated in order.
///
/// What throws, for want of memory or because an entry cannot be copied or moved, has changed
/// nothing. Comparing keys must not throw. Where moving an entry may throw none is ever moved: the
/// block is copied instead.
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

  /// Returns whether there was one. Throws nothing where moving an entry does not.
  template <class Key>
  bool erase(const Key& key) {
    if (empty())
      return false;
    const auto in = block_of(key);
    block& all = block_at(in);
    const auto at = place_of(all, key);
    if (at == all.size() || key < KeyOf{}(all[at]))
      return false;
    if (many_.has_value())
      remove(in, at);
    else
      erase_at(all, at);
    return true;
  }

  /// Changes an entry that is there by `call(Entry&)`, which may throw half-way.
  template <class Key, class Call>
  void change(const Key& key, Call call) {
    block& all = block_at(block_of(key));
    const auto at = place_of(all, key);
    if constexpr (moves_safely()) {
      Entry next = all[at];
      call(next);
      all[at] = std::move(next);
    } else {
      block next = all;
      call(next[at]);
      all.swap(next);
    }
  }

  /// Inserts copies of the other's entries, where there is none of their keys yet.
  void unite(const sorted_blocks& other) { insert_all<false>(other); }

  /// The same, and replaces what is there.
  void merge(const sorted_blocks& other) { insert_all<true>(other); }

  /// Erases the entries whose keys the other has.
  void subtract(const sorted_blocks& other) {
    const auto erase_all = [&](sorted_blocks& from) {
      for (const auto& one : other)
        from.erase(KeyOf{}(one));
    };
    if constexpr (moves_safely())
      erase_all(*this);
    else
      change_a_copy(erase_all);
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

  // How many at the beginning are so, where none is after one that is not, and there is at least
  // one. A binary search without a branch that the processor would have to guess, which is half of
  // the cost of a lookup.
  template <class One, class Test>
  [[nodiscard]] static std::size_t count_while(std::span<const One> all, Test test) {
    const One* first = all.data();
    std::size_t left = all.size();
    while (left > 1) {
      const auto half = left / 2;
      first += test(first[half - 1]) ? half : 0;
      left -= half;
    }
    return static_cast<std::size_t>(first - all.data()) + (test(*first) ? 1 : 0);
  }

  // A function, since entries may be incomplete where the class is looked at.
  [[nodiscard]] static constexpr bool moves_safely() { return detail::moves_safely<Entry>; }

  template <class Call>
  void change_a_copy(Call call) {
    sorted_blocks next = *this;
    call(next);
    *this = std::move(next);
  }

  template <bool Replaces>
  void insert_all(const sorted_blocks& other) {
    if (empty())
      return change_a_copy([&](sorted_blocks& next) { next = other; });
    if constexpr (moves_safely())
      return insert_all_or_undo<Replaces>(other);
    change_a_copy([&](sorted_blocks& next) {
      for (const auto& one : other) {
        const auto [found, fresh] =
            next.find_or_insert(KeyOf{}(one), [&]() -> const Entry& { return one; });
        if constexpr (Replaces)
          if (!fresh)
            *found = one;
      }
    });
  }

  // Where one fails, those before it are taken out again, and what they have replaced is put back:
  // both are moves, which do not fail.
  template <bool Replaces>
  void insert_all_or_undo(const sorted_blocks& other) {
    if (!Replaces && other.size() == 1) {
      find_or_insert(KeyOf{}(*other.begin()), [&]() -> const Entry& { return *other.begin(); });
      return;
    }
    std::vector<Entry> replaced;
    if constexpr (Replaces)
      replaced.reserve(other.size());
    std::vector<bool> is_fresh(other.size());
    std::size_t done = 0;
    try {
      for (const auto& one : other) {
        const auto [found, fresh] =
            find_or_insert(KeyOf{}(one), [&]() -> const Entry& { return one; });
        if constexpr (Replaces)
          if (!fresh) {
            replaced.push_back(one);
            std::swap(*found, replaced.back());
          }
        is_fresh[done++] = fresh;
      }
    } catch (...) {
      auto before = replaced.begin();
      auto one = other.begin();
      for (std::size_t i = 0; i < done; ++i, ++one) {
        if (is_fresh[i])
          erase(KeyOf{}(*one));
        else if constexpr (Replaces)
          std::swap(*find(KeyOf{}(*one)), *before++);
      }
      throw;
    }
  }

  Entry* insert(std::size_t in, std::size_t at, Entry entry) {
    if (block_at(in).size() == most) {
      become_many();
      if (in + 1 == many_.read().blocks.size() && at == most)
        return append(std::move(entry));
      split(in, at);
    }
    auto* placed = insert_at(block_at(in), at, std::move(entry), most);
    if (many_.has_value())
      ++many_.write().size;
    return placed;
  }

  void become_many() {
    if (many_.has_value())
      return;
    indirect<many> all{many{}};
    auto& [blocks, size] = all.write();
    blocks.emplace_back();
    blocks.front().swap(only_);
    size = blocks.front().size();
    many_ = std::move(all);
  }

  // Behind the last entry of a full last block there is a new one, so that ascending keys fill
  // their blocks.
  Entry* append(Entry entry) {
    block fresh;
    fresh.reserve(most);
    fresh.push_back(std::move(entry));
    auto& [blocks, size] = many_.write();
    blocks.push_back(std::move(fresh));
    ++size;
    return &blocks.back().front();
  }

  // Makes room before place `at` of a full block, and says where that is now.
  void split(std::size_t& in, std::size_t& at) {
    constexpr auto kept = most / 2;
    auto& blocks = many_.write().blocks;
    make_room(blocks, 1);
    auto fresh = cut_off(blocks[in], kept, most);
    blocks.insert(place(blocks, in + 1), std::move(fresh));
    if (at > kept) {
      ++in;
      at -= kept;
    }
  }

  // No block is empty after it, and after many removals they are not ever so small.
  void remove(std::size_t in, std::size_t at) {
    auto& [blocks, size] = many_.write();
    if (blocks[in].size() == 1) {
      blocks.erase(place(blocks, in));
    } else {
      erase_at(blocks[in], at);
      if (in + 1 != blocks.size() && append_if_it_fits(blocks[in], blocks[in + 1], most / 2))
        blocks.erase(place(blocks, in + 1));
    }
    if (--size == 0)
      many_ = {};
  }

  // While there is but one block it lies here: most sets are small.
  block only_;
  indirect<many> many_;
};

} // namespace libsync::detail
