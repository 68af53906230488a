#pragma once

/// A client's undecided submissions.

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <utility>
#include <variant>

#include "libsync/ids.hpp"
#include "libsync/parcel.hpp"

namespace libsync {

/// Numbers submissions and keeps those without a receipt: at most one parcel in flight, the rest
/// waiting behind it in order. Submissions are settled in order.
template <class Data>
class outbox {
public:
  using operation = typename Data::operation;

  outbox(std::size_t limit, std::size_t parcel_limit)
      : limit_(limit), parcel_limit_(parcel_limit) {}

  /// Returns how many submissions have no receipt yet.
  [[nodiscard]] std::size_t size() const noexcept { return next_ - unsettled_; }
  [[nodiscard]] std::size_t room() const noexcept { return limit_ - std::min(limit_, size()); }
  [[nodiscard]] bool in_flight() const noexcept { return in_flight_ != nullptr; }

  /// Returns how many submissions were not sent yet.
  [[nodiscard]] std::size_t waiting() const noexcept { return next_ - in_flight_end(); }

  /// The first submission that has no receipt; the next number if all have.
  [[nodiscard]] submission_number unsettled() const noexcept { return unsettled_; }

  /// The number after the last one in flight; `unsettled()` if nothing is.
  [[nodiscard]] submission_number in_flight_end() const noexcept {
    return in_flight_ ? in_flight_->end() : unsettled_;
  }

  /// The number after the last one.
  [[nodiscard]] submission_number end() const noexcept { return next_; }

  /// Takes an operation or a submission and returns its number. There must be room.
  template <class Submission>
  submission_number push(Submission one) {
    if (waiting_.empty() || is_full(waiting_.back(), size_of(one)))
      waiting_.emplace_back();
    append(waiting_.back(), std::move(one));
    return next_++;
  }

  /// Puts the next waiting submissions in flight. Nothing may be in flight, and some must wait.
  const parcel_ptr<Data>& launch(client_id by, epoch_id epoch) {
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    next.first = unsettled_;
    return send(std::move(next), by, epoch);
  }

  /// Makes a new parcel of what is left in flight, to be sent again.
  const parcel_ptr<Data>& relaunch(client_id by, epoch_id epoch) {
    return send(rest_of(*in_flight_, unsettled_), by, epoch);
  }

  /// Settles the first submission in flight and returns its number.
  submission_number settle() {
    const auto number = unsettled_++;
    if (unsettled_ == in_flight_->end())
      in_flight_.reset();
    return number;
  }

  /// Forgets everything; all is settled.
  void clear() noexcept {
    waiting_.clear();
    in_flight_.reset();
    unsettled_ = next_;
  }

private:
  static std::size_t size_of(const operation&) { return 1; }
  static std::size_t size_of(const submission<Data>& one) {
    const auto* all = std::get_if<transaction<Data>>(&one.what);
    return all != nullptr ? all->operations().size() : 1;
  }

  // A transaction that is larger than a parcel should be gets one of its own.
  [[nodiscard]] bool is_full(const parcel<Data>& one, std::size_t more) const {
    return one.count >= parcel_limit_ || one.operations.size() + more > parcel_limit_;
  }

  const parcel_ptr<Data>& send(parcel<Data> next, client_id by, epoch_id epoch) {
    next.by = by;
    next.epoch = epoch;
    in_flight_ = std::make_shared<const parcel<Data>>(std::move(next));
    return in_flight_;
  }

  std::size_t limit_;
  std::size_t parcel_limit_;
  submission_number unsettled_ = 1;
  submission_number next_ = 1;
  parcel_ptr<Data> in_flight_;
  std::deque<parcel<Data>> waiting_;
};

} // namespace libsync
