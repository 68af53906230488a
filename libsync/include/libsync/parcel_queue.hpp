#pragma once

/// Submissions that wait to be sent.

#include <cstddef>
#include <deque>
#include <utility>
#include <variant>

#include "libsync/ids.hpp"
#include "libsync/parcel.hpp"

namespace libsync {

/// Numbers submissions from 1 on and gathers them into parcels of at most `limit` operations. A
/// transaction is never split: one that is larger gets a parcel of its own.
template <class Data>
class parcel_queue {
public:
  using operation = typename Data::operation;

  explicit parcel_queue(std::size_t limit) : limit_(limit) {}

  [[nodiscard]] std::size_t limit() const noexcept { return limit_; }
  [[nodiscard]] bool empty() const noexcept { return parcels_.empty(); }

  /// Returns how many submissions wait, and how many of these are in the first parcel, which must
  /// exist.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t first_size() const noexcept { return parcels_.front().count; }

  /// The number after the last one.
  [[nodiscard]] submission_number end() const noexcept { return end_; }

  /// Takes an operation or a submission and returns its number.
  template <class Submission>
  submission_number push(Submission one) {
    auto& last = parcel_for(size_of(one));
    append(last, std::move(one));
    ++size_;
    return end_++;
  }

  /// Takes all submissions of a parcel, gives them the next numbers, and returns the first of
  /// these.
  submission_number push(parcel<Data> several) {
    const auto first = end_;
    end_ += several.count;
    size_ += several.count;
    if (is_full(several.operations.size())) {
      several.first = first;
      parcels_.push_back(std::move(several));
    } else {
      append(parcels_.back(), std::move(several));
    }
    return first;
  }

  /// Gives the next `count` numbers to submissions that do not wait here.
  void skip(std::size_t count) noexcept { end_ += count; }

  /// Removes the first parcel and returns it. There must be one.
  parcel<Data> pop() {
    auto first = std::move(parcels_.front());
    parcels_.pop_front();
    size_ -= first.count;
    return first;
  }

  void clear() noexcept {
    parcels_.clear();
    size_ = 0;
  }

private:
  static std::size_t size_of(const operation&) { return 1; }
  static std::size_t size_of(const submission<Data>& one) {
    const auto* all = std::get_if<transaction<Data>>(&one.what);
    return all != nullptr ? all->operations().size() : 1;
  }

  // Whether the last parcel cannot take `more` operations.
  [[nodiscard]] bool is_full(std::size_t more) const {
    return parcels_.empty() || parcels_.back().count >= limit_ ||
           parcels_.back().operations.size() + more > limit_;
  }

  parcel<Data>& parcel_for(std::size_t more) {
    if (is_full(more)) {
      parcels_.emplace_back();
      parcels_.back().first = end_;
    }
    return parcels_.back();
  }

  std::size_t limit_;
  std::size_t size_ = 0;
  submission_number end_ = 1;
  std::deque<parcel<Data>> parcels_;
};

} // namespace libsync
