#pragma once

/// A client's undecided submissions.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "libsync/ids.hpp"
#include "libsync/parcel.hpp"
#include "libsync/parcel_queue.hpp"

namespace libsync {

/// Numbers submissions and keeps those without a receipt: at most one parcel in flight, the rest
/// waiting behind it in order. Submissions are settled in order.
template <class Data>
class outbox {
public:
  outbox(std::size_t limit, std::size_t parcel_limit) : limit_(limit), waiting_(parcel_limit) {}

  /// Returns how many submissions have no receipt yet.
  [[nodiscard]] std::size_t size() const noexcept { return end() - unsettled_; }
  [[nodiscard]] std::size_t room() const noexcept { return limit_ - std::min(limit_, size()); }
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
  /// There must be room.
  template <class Submission>
  submission_number push(Submission one) {
    return waiting_.push(std::move(one));
  }

  /// Whether a parcel is as large as parcels become.
  [[nodiscard]] bool is_full(const parcel<Data>& one) const noexcept {
    return one.operations.size() >= waiting_.limit().operations;
  }

  /// Puts the next waiting submissions in flight. Nothing may be in flight, and some must wait.
  const parcel_ptr<Data>& launch(client_id by, epoch_id epoch) {
    return send(waiting_.pop(), by, epoch);
  }

  /// Takes a parcel as the one in flight that somebody else has sent already. It must begin with
  /// the next number, and nothing may be undecided.
  void adopt(parcel_ptr<Data> sent) {
    waiting_.skip(sent->count);
    in_flight_ = std::move(sent);
  }

  /// Makes a new parcel of what is left in flight, to be sent again.
  const parcel_ptr<Data>& relaunch(client_id by, epoch_id epoch) {
    return send(rest_of(*in_flight_, unsettled_), by, epoch);
  }

  /// Settles the first `count` submissions in flight, which must be there, and returns the number
  /// of the first.
  submission_number settle(std::size_t count = 1) {
    const auto first = unsettled_;
    unsettled_ += count;
    if (unsettled_ == in_flight_->end())
      in_flight_.reset();
    return first;
  }

  /// Forgets everything; all is settled.
  void clear() noexcept {
    waiting_.clear();
    in_flight_.reset();
    unsettled_ = end();
  }

private:
  const parcel_ptr<Data>& send(parcel<Data> next, client_id by, epoch_id epoch) {
    next.by = by;
    next.epoch = epoch;
    in_flight_ = std::make_shared<const parcel<Data>>(std::move(next));
    return in_flight_;
  }

  std::size_t limit_;
  submission_number unsettled_ = 1;
  parcel_ptr<Data> in_flight_;
  parcel_queue<Data> waiting_;
};

} // namespace libsync
