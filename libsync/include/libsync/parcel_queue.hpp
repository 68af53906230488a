#pragma once

/// Submissions that wait to be sent.

#include <cstddef>
#include <deque>
#include <type_traits>
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
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  /// Returns how many submissions wait, and how many of these are in the first parcel, which must
  /// exist.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t first_size() const noexcept {
    return full_.empty() ? open_.count : full_.front().count;
  }

  /// Returns in how many parcels they wait.
  [[nodiscard]] std::size_t parcels() const noexcept {
    return full_.size() + (open_.count != 0 ? 1 : 0);
  }

  /// The number after the last one.
  [[nodiscard]] submission_number end() const noexcept { return end_; }

  /// Takes an operation or a submission and returns its number. If it throws, nothing is changed;
  /// so with several. What is taken is left for the caller to destroy, who may hold a lock.
  template <class Submission>
  requires(!std::is_reference_v<Submission>) submission_number push(Submission&& one) {
    append(open_for(size_of(one)), std::move(one));
    ++size_;
    return end_++;
  }

  /// Takes all submissions of a parcel, gives them the next numbers, and returns the first of
  /// these.
  submission_number push(parcel<Data>&& several) {
    const auto first = end_;
    const auto count = several.count;
    auto& last = open_for(several.operations.size());
    if (last.count == 0) {
      several.first = first;
      last = std::move(several);
    } else {
      append(last, std::move(several));
    }
    end_ += count;
    size_ += count;
    return first;
  }

  /// Gives the next `count` numbers to submissions that do not wait here.
  void skip(std::size_t count) noexcept { end_ += count; }

  /// Removes the first parcel and returns it. There must be one.
  parcel<Data> pop() {
    parcel<Data> first;
    if (full_.empty()) {
      first = std::exchange(open_, {});
    } else {
      first = std::move(full_.front());
      full_.pop_front();
    }
    size_ -= first.count;
    return first;
  }

  void clear() noexcept {
    full_.clear();
    open_ = {};
    size_ = 0;
  }

private:
  static std::size_t size_of(const operation&) { return 1; }
  static std::size_t size_of(const submission<Data>& one) {
    const auto* all = std::get_if<transaction<Data>>(&one.what);
    return all != nullptr ? all->operations().size() : 1;
  }

  void put_away_open() {
    full_.emplace_back(); // before anything is moved, since it may throw
    full_.back() = std::exchange(open_, {});
  }

  // The last parcel, which can take `more` operations or is empty.
  parcel<Data>& open_for(std::size_t more) {
    if (open_.count >= limit_ || (open_.count != 0 && open_.operations.size() + more > limit_))
      put_away_open();
    if (open_.count == 0)
      open_.first = end_;
    return open_;
  }

  std::size_t limit_;
  std::size_t size_ = 0;
  submission_number end_ = 1;
  std::deque<parcel<Data>> full_;
  parcel<Data> open_;
};

} // namespace libsync
