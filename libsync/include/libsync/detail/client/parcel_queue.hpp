#pragma once

/// Submissions that wait to be sent.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <list>
#include <span>
#include <type_traits>
#include <utility>

#include "libsync/ids.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/size_of.hpp"

namespace libsync::detail {

/// The bytes of a row of operations: counted, unless all operations take equally many.
template <class Operation, bool = has_fixed_size<Operation>>
class byte_count {
public:
  void add(amount) noexcept {}
  void clear() noexcept {}
  [[nodiscard]] std::uint64_t of(std::size_t operations) const noexcept {
    return operations * sizeof(Operation);
  }
};

template <class Operation>
class byte_count<Operation, false> {
public:
  void add(amount more) noexcept { bytes_ += more.bytes; }
  void clear() noexcept { bytes_ = 0; }
  [[nodiscard]] std::uint64_t of(std::size_t) const noexcept { return bytes_; }

private:
  std::uint64_t bytes_ = 0;
};

/// Numbers submissions from 1 on and gathers them into parcels of at most `limit` operations and
/// bytes. A submission is never split: one that is larger gets a parcel of its own.
template <class Data>
class parcel_queue {
public:
  using operation = typename Data::operation;

  explicit parcel_queue(std::size_t operations,
                        std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max())
      : limit_{operations, bytes} {}

  [[nodiscard]] amount limit() const noexcept { return limit_; }
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

  /// Returns how many bytes wait.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return full_bytes_ + open_bytes(); }

  /// The number after the last one.
  [[nodiscard]] submission_number end() const noexcept { return end_; }

  /// Takes an operation or a submission and returns its number. If it throws, nothing is changed;
  /// so with several. What is taken is left for the caller to destroy, who may hold a lock.
  template <class Submission>
  requires(!std::is_reference_v<Submission>) submission_number push(Submission&& one) {
    const auto size = amount_of(one);
    append(open_for(size), std::forward<Submission>(one));
    open_bytes_.add(size);
    ++size_;
    return end_++;
  }

  /// Takes all submissions of a parcel, gives them the next numbers, and returns the first of
  /// these.
  submission_number push(parcel<Data>&& several) {
    const auto first = end_;
    const auto submissions = several.count;
    const auto size = amount_of(std::span{std::as_const(several.operations)});
    auto& last = open_for(size);
    if (last.count == 0) {
      several.first = first;
      last = std::move(several);
    } else {
      append(last, std::move(several));
    }
    open_bytes_.add(size);
    end_ += submissions;
    size_ += submissions;
    return first;
  }

  /// The next submission begins a parcel of its own. If it throws, nothing is changed.
  void cut() {
    if (open_.count != 0)
      put_away_open();
  }

  /// Gives the next `count` numbers to submissions that do not wait here.
  void skip(std::size_t count) noexcept { end_ += count; }

  /// Removes the first parcel and returns it. There must be one.
  parcel<Data> pop() {
    parcel<Data> first;
    if (full_.empty()) {
      first = std::exchange(open_, {});
      open_bytes_.clear();
    } else {
      first = std::move(full_.front());
      full_.pop_front();
      full_bytes_ -= amount_of(std::span{std::as_const(first.operations)}).bytes;
    }
    size_ -= first.count;
    return first;
  }

  void clear() noexcept {
    full_.clear();
    open_ = {};
    size_ = 0;
    full_bytes_ = 0;
    open_bytes_.clear();
  }

private:
  static amount amount_of(const operation& one) noexcept { return {1, operation_size(one)}; }
  template <class Several>
  static amount amount_of(const Several& all) noexcept {
    return libsync::amount_of(all);
  }

  [[nodiscard]] std::uint64_t open_bytes() const noexcept {
    return open_bytes_.of(open_.operations.size());
  }

  // Apart, since it is seldom called.
  [[gnu::noinline]] void put_away_open() {
    full_.emplace_back(); // before anything is moved, since it may throw
    full_bytes_ += open_bytes();
    full_.back() = std::exchange(open_, {});
    open_bytes_.clear();
  }

  // The last parcel, which can take so much more or is empty.
  parcel<Data>& open_for(amount more) {
    const amount open{open_.operations.size(), open_bytes()};
    if (open_.count >= limit_.operations || (open_.count != 0 && !(open + more).within(limit_)))
      put_away_open();
    if (open_.count == 0)
      open_.first = end_;
    return open_;
  }

  amount limit_;
  std::size_t size_ = 0;
  std::uint64_t full_bytes_ = 0;
  byte_count<operation> open_bytes_;
  submission_number end_ = 1;
  std::list<parcel<Data>> full_; // most queues have none, and then it takes no memory
  parcel<Data> open_;
};

} // namespace libsync::detail
