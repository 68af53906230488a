#pragma once

/// A client's undecided submissions.

#include <algorithm>
#include <cstddef>
#include <deque>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "libsync/batch.hpp"
#include "libsync/ids.hpp"

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

  /// Takes a submission and returns its number. There must be room.
  submission_number push(operation op) {
    if (waiting_.empty() || waiting_.back().size() >= parcel_limit_)
      waiting_.emplace_back();
    waiting_.back().push_back(std::move(op));
    return next_++;
  }

  /// Puts the next waiting submissions in flight. Nothing may be in flight, and some must wait.
  const parcel_ptr<Data>& launch(client_id by, epoch_id epoch) {
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    in_flight_ =
        std::make_shared<const parcel<Data>>(parcel<Data>{by, epoch, unsettled_, std::move(next)});
    return in_flight_;
  }

  /// Makes a new parcel of what is left in flight, to be sent again.
  const parcel_ptr<Data>& relaunch(client_id by, epoch_id epoch) {
    const auto& old = in_flight_->operations;
    const auto settled = static_cast<std::ptrdiff_t>(unsettled_ - in_flight_->first);
    in_flight_ = std::make_shared<const parcel<Data>>(
        parcel<Data>{by, epoch, unsettled_, {std::next(old.begin(), settled), old.end()}});
    return in_flight_;
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
  std::size_t limit_;
  std::size_t parcel_limit_;
  submission_number unsettled_ = 1;
  submission_number next_ = 1;
  parcel_ptr<Data> in_flight_;
  std::deque<std::vector<operation>> waiting_;
};

} // namespace libsync
