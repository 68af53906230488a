#pragma once

/// A vector of small values whose first few need no allocation.

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

namespace libsync::detail {

/// Holds `Inline` elements in itself and moves them to the heap when there are more. Just what
/// `delta` needs, for elements that can be copied as bytes.
template <class T, std::size_t Inline>
class inline_vector {
  static_assert(std::is_trivially_copyable_v<T>);

public:
  // Not defaulted, which would clear all elements.
  inline_vector() noexcept {}
  inline_vector(const inline_vector& other) { assign(other); }
  inline_vector(inline_vector&& other) noexcept { take(other); }
  ~inline_vector() = default;

  inline_vector& operator=(const inline_vector& other) {
    if (this != &other)
      assign(other);
    return *this;
  }
  inline_vector& operator=(inline_vector&& other) noexcept {
    if (this != &other)
      take(other);
    return *this;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] T* data() noexcept { return heap_ ? heap_.get() : here_.data(); }
  [[nodiscard]] const T* data() const noexcept { return heap_ ? heap_.get() : here_.data(); }
  [[nodiscard]] T& operator[](std::size_t at) noexcept { return data()[at]; }
  [[nodiscard]] const T& operator[](std::size_t at) const noexcept { return data()[at]; }
  [[nodiscard]] std::span<const T> view() const noexcept { return {data(), size_}; }

  void reserve(std::size_t wanted) {
    if (wanted > capacity_)
      grow(wanted);
  }

  void push_back(T value) {
    if (size_ == capacity_)
      grow(2 * capacity_);
    data()[size_++] = value;
  }

  void pop_back() noexcept { --size_; }

  /// Makes so many of the reserved elements, which have been written through `data()`, its own.
  void resize_within(std::size_t size) noexcept { size_ = size; }

  friend bool operator==(const inline_vector& left, const inline_vector& right) {
    return std::equal(left.data(), left.data() + left.size_, right.data(),
                      right.data() + right.size_);
  }

private:
  void grow(std::size_t wanted) {
    const auto capacity = std::max(wanted, 2 * Inline);
    auto larger = std::make_unique_for_overwrite<T[]>(capacity);
    std::copy_n(data(), size_, larger.get());
    heap_ = std::move(larger);
    capacity_ = capacity;
  }

  void assign(const inline_vector& other) {
    size_ = 0;
    reserve(other.size_);
    std::copy_n(other.data(), other.size_, data());
    size_ = other.size_;
  }

  void take(inline_vector& other) noexcept {
    heap_ = std::move(other.heap_);
    capacity_ = std::exchange(other.capacity_, Inline);
    size_ = std::exchange(other.size_, 0);
    if (!heap_)
      std::copy_n(other.here_.data(), size_, here_.data());
  }

  std::size_t size_ = 0;
  std::size_t capacity_ = Inline;
  std::unique_ptr<T[]> heap_;
  std::array<T, Inline> here_;
};

} // namespace libsync::detail
