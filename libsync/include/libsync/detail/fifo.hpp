#pragma once

/// A queue that takes no memory while it is empty from the start.

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace libsync::detail {

/// First in, first out, in one piece of memory, which it keeps. A std::deque takes half a kilobyte
/// before anything is in it, which counts where there are several for each of thousands of clients.
/// Elements move without throwing.
template <class T>
class fifo {
public:
  [[nodiscard]] bool empty() const noexcept { return all_.empty(); } // cleared with its last
  [[nodiscard]] std::size_t size() const noexcept { return all_.size() - head_; }

  [[nodiscard]] T& front() noexcept { return all_[head_]; }
  /// All of them, in order; valid until one is put in or taken out.
  [[nodiscard]] std::span<T> all() noexcept { return {all_.data() + head_, size()}; }
  [[nodiscard]] std::span<const T> all() const noexcept { return {all_.data() + head_, size()}; }
  /// The last `count`, from the first of these on.
  [[nodiscard]] auto last(std::size_t count) noexcept {
    return all_.end() - static_cast<std::ptrdiff_t>(count);
  }

  /// Makes room for `count` more, which are then put in without throwing.
  void make_room(std::size_t count) {
    if (all_.capacity() - all_.size() >= count)
      return;
    if (head_ >= size() && all_.capacity() - size() >= count)
      return close_up();
    std::vector<T> larger;
    larger.reserve(2 * (size() + count));
    std::move(all_.begin() + offset(), all_.end(), std::back_inserter(larger));
    all_.swap(larger);
    head_ = 0;
  }

  /// Puts one in. If it throws, nothing is changed.
  void push(T one) {
    make_room(1);
    all_.push_back(std::move(one));
  }

  /// Takes the first one out. There must be one.
  T pop() noexcept {
    T first = std::move(all_[head_]);
    if (++head_ == all_.size())
      clear();
    return first;
  }

  /// Takes the first `count` out. There must be as many.
  void drop(std::size_t count) noexcept {
    if constexpr (std::is_trivially_destructible_v<T>) {
      head_ += count;
      if (head_ == all_.size())
        clear();
    } else {
      for (; count != 0; --count)
        static_cast<void>(pop());
    }
  }

  /// Takes the last one back. There must be one.
  void take_back() noexcept {
    all_.pop_back();
    if (head_ == all_.size())
      clear();
  }

  void clear() noexcept {
    all_.clear();
    head_ = 0;
  }

  friend bool operator==(const fifo& a, const fifo& b) {
    const auto in_a = a.all();
    const auto in_b = b.all();
    return std::equal(in_a.begin(), in_a.end(), in_b.begin(), in_b.end());
  }

private:
  [[nodiscard]] std::ptrdiff_t offset() const noexcept {
    return static_cast<std::ptrdiff_t>(head_);
  }

  void close_up() noexcept {
    all_.erase(all_.begin(), all_.begin() + offset());
    head_ = 0;
  }

  std::vector<T> all_;
  std::size_t head_ = 0;
};

} // namespace libsync::detail
