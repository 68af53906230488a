#pragma once

/// A client's undecided submissions.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "libsync/detail/client/parcel_queue.hpp"
#include "libsync/detail/refusals.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/receipt.hpp"
#include "libsync/size_of.hpp"
#include "libsync/submission.hpp"

namespace libsync::detail {

/// Numbers submissions and keeps those without a receipt: at most one parcel in flight, the rest
/// waiting behind it in order. Submissions are settled in order.
template <class Data>
class outbox {
public:
  using operation = typename Data::operation;

  explicit outbox(const limits& bounds)
      : limit_(bounds.outbox), limit_bytes_(bounds.outbox_bytes), largest_(bounds.of_submission()),
        waiting_(bounds.parcel, bounds.parcel_bytes) {}

  /// Returns how many submissions have no receipt yet, and how many bytes these take.
  [[nodiscard]] std::size_t size() const noexcept { return end() - unsettled_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return waiting_.bytes() + in_flight_bytes_; }

  /// Returns how many submissions more it takes: none while it has reached its limit of bytes,
  /// which the last one may exceed.
  [[nodiscard]] std::size_t room() const noexcept {
    return bytes() >= limit_bytes_ ? 0 : free_numbers();
  }

  /// Returns the receipt of a submission that it does not take; nothing if it takes it.
  [[nodiscard]] std::optional<receipt> refuses(const operation& one) const {
    return refuses(amount{1, operation_size(one)});
  }
  [[nodiscard]] std::optional<receipt> refuses(const submission<Data>& one) const {
    return refuses(amount_of(one));
  }
  /// The same for a parcel. Whoever gathered it has seen to the limits of bytes.
  [[nodiscard]] std::optional<receipt> refuses(const parcel<Data>& several) const noexcept {
    return several.count <= free_numbers() ? std::nullopt : std::optional{receipt::overloaded()};
  }

  [[nodiscard]] bool in_flight() const noexcept { return in_flight_ != nullptr; }

  /// Returns how many submissions were not sent yet.
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size(); }

  /// The first submission that has no receipt; the next number if all have.
  [[nodiscard]] submission_number unsettled() const noexcept { return unsettled_; }

  /// The number after the last one in flight; `unsettled()` if nothing is.
  [[nodiscard]] submission_number in_flight_end() const noexcept {
    return in_flight_ ? in_flight_->end() : unsettled_;
  }

  /// The number after the last one.
  [[nodiscard]] submission_number end() const noexcept { return waiting_.end(); }

  /// Takes an operation, a submission, or a parcel of them, and returns the number of the first.
  /// It must be one that it takes.
  template <class Submission>
  submission_number push(Submission one) {
    return waiting_.push(std::move(one));
  }

  /// Whether the parcel in flight is as large as parcels become.
  [[nodiscard]] bool is_full() const noexcept {
    return !waiting_.empty() || in_flight_->operations.size() >= waiting_.limit().operations;
  }

  /// Puts the next waiting submissions in flight. Nothing may be in flight, and some must wait. If
  /// it throws, they still wait.
  const parcel_ptr<Data>& launch(client_id by, epoch_id epoch) {
    auto next = shared<parcel<Data>>();
    *next = waiting_.pop();
    return send(std::move(next), by, epoch);
  }

  /// Takes a parcel as the one in flight that somebody else has sent already. It must begin with
  /// the next number, and nothing may be undecided.
  void adopt(parcel_ptr<Data> sent) {
    waiting_.skip(sent->count);
    put_in_flight(std::move(sent));
  }

  /// Makes a new parcel of what is left in flight, to be sent again.
  const parcel_ptr<Data>& relaunch(client_id by, epoch_id epoch) {
    auto rest = shared<parcel<Data>>(rest_of(*in_flight_, unsettled_));
    return send(std::move(rest), by, epoch);
  }

  /// Settles the first `count` submissions in flight, which must be there, and returns the number
  /// of the first.
  submission_number settle(std::size_t count = 1) {
    const auto first = unsettled_;
    unsettled_ += count;
    if (unsettled_ == in_flight_->end())
      land();
    return first;
  }

  /// Forgets everything; all is settled.
  void clear() noexcept {
    waiting_.clear();
    land();
    unsettled_ = end();
  }

private:
  [[nodiscard]] std::optional<receipt> refuses(amount size) const {
    if (size.within(largest_) && room() != 0) [[likely]]
      return std::nullopt;
    return why_refused(size);
  }

  // Apart, since it is seldom called, and each submission goes by here.
  [[gnu::noinline]] std::optional<receipt> why_refused(amount size) const {
    if (auto why = too_large(size, largest_))
      return receipt::refused(std::move(*why));
    if (free_numbers() == 0)
      return receipt::overloaded();
    return receipt{receipt::kind::overloaded, 0,
                   "the outbox has reached its limit `outbox_bytes`"_reason};
  }

  const parcel_ptr<Data>& send(std::shared_ptr<parcel<Data>> next, client_id by,
                               epoch_id epoch) noexcept {
    next->by = by;
    next->epoch = epoch;
    put_in_flight(std::move(next));
    return in_flight_;
  }

  void put_in_flight(parcel_ptr<Data> sent) noexcept {
    in_flight_ = std::move(sent);
    in_flight_bytes_ = amount_of(std::span{in_flight_->operations}).bytes;
  }

  void land() noexcept {
    in_flight_.reset();
    in_flight_bytes_ = 0;
  }

  [[nodiscard]] std::size_t free_numbers() const noexcept {
    return limit_ - std::min(limit_, size());
  }

  std::size_t limit_;
  std::uint64_t limit_bytes_;
  amount largest_;
  submission_number unsettled_ = 1;
  parcel_ptr<Data> in_flight_;
  std::uint64_t in_flight_bytes_ = 0;
  parcel_queue<Data> waiting_;
};

} // namespace libsync::detail
