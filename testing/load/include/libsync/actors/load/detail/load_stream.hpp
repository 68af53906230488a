#pragma once

/// The operations of one submitter, whatever it is.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <latch>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "libsync/actors/load/detail/load_ledger.hpp"
#include "libsync/actors/load/detail/load_plan.hpp"
#include "libsync/actors/load/load_options.hpp"

#include "libsync/receipt.hpp"
#include "libsync/snapshot.hpp"

#include "libsync/testing/digest.hpp"
#include "libsync/testing/random.hpp"

namespace libsync::detail {

/// What all submitters share.
template <class Data>
struct load_work {
  load_work(const load_plan& its, libsync::operation_source from, snapshot<Data> first)
      : plan(its), source(from), initial(std::move(first)),
        decided(static_cast<std::ptrdiff_t>(its.submitters())) {}

  /// A submitter has thrown: none submits more than one further operation.
  void fail(std::exception_ptr why) {
    const std::lock_guard guard{mutex};
    if (!failure)
      failure = std::move(why);
    failed = true;
  }

  void rethrow() {
    const std::lock_guard guard{mutex};
    if (failure)
      std::rethrow_exception(failure);
  }

  load_plan plan;
  operation_source source;
  /// The data before the first operation; null if nobody needs them.
  snapshot<Data> initial;
  /// Reached by each submitter once its last receipt has come. Since receipts come in order, all
  /// have come then.
  std::latch decided;
  std::atomic<bool> failed{false};
  std::mutex mutex;
  std::exception_ptr failure;
};

/// One submitter's operations. One thread submits them, and receipts come on any.
template <class Data, class Make>
class load_stream {
public:
  using operation = typename Data::operation;

  load_stream(std::shared_ptr<load_work<Data>> work, std::size_t which, Make make,
              std::uint64_t seed)
      : work_(std::move(work)), which_(which), share_(work_->plan.share_of(which)),
        make_(std::move(make)), choices_(testing::mix(seed, which + 1)) {
    if (work_->source == operation_source::beforehand)
      for (prepared_.reserve(static_cast<std::size_t>(share_));
           prepared_.size() < prepared_.capacity();)
        prepared_.push_back(make_(*work_->initial.data, choices_));
  }

  [[nodiscard]] bool is_done() const noexcept { return done_; }
  [[nodiscard]] bool reads_newest() const noexcept {
    return work_->source == operation_source::newest_data;
  }

  /// When its next operation is due, where there is a rate.
  [[nodiscard]] schedule::clock::time_point due() const noexcept {
    return work_->plan.due(which_, submitted_);
  }

  /// Makes the next operation. `newest` is read only if the generator wants the newest data.
  [[nodiscard]] operation make(const Data* newest) {
    if (work_->source == operation_source::beforehand)
      return std::move(prepared_[static_cast<std::size_t>(submitted_)]);
    return make_(reads_newest() ? *newest : *work_->initial.data, choices_);
  }

  /// Returns how the operation that was just made is submitted, now, and goes on to the next.
  [[nodiscard]] load_turn take_turn() {
    auto turn = work_->plan.turn(which_, submitted_, share_);
    turn.last |= has_failed();
    if (turn.timed && !work_->plan.is_paced())
      turn.begin = schedule::clock::now();
    ++submitted_;
    plain_until_ = work_->plan.plain_until(submitted_, share_);
    done_ = turn.last;
    return turn;
  }

  /// Returns how many of the next operations, which are a few at most, have a turn like any other.
  /// Nobody wants to know what becomes of them. Since most have, and take some nanoseconds each,
  /// they are submitted in a loop of their own, which counts them by `skip_turn`.
  [[nodiscard]] std::uint64_t plain_run() const noexcept {
    constexpr std::uint64_t few = 64; // after which the others have their turn
    return plain_until_ > submitted_ && !has_failed() ? std::min(plain_until_ - submitted_, few)
                                                      : 0;
  }
  void skip_turn() noexcept { ++submitted_; }

  /// Whether somebody wants to know what becomes of an operation.
  [[nodiscard]] static bool is_followed(const load_turn& turn) noexcept {
    return turn.timed || turn.last;
  }

  /// To be called with the receipt of an operation that is followed.
  [[nodiscard]] receipt_handler follow(const load_turn& turn) {
    return [this, turn](const receipt& what) { tell(turn, what); };
  }

  void tell(const load_turn& turn, const receipt& what) {
    ledger_.tell(turn, what);
    if (turn.last)
      work_->decided.count_down();
  }

  /// An operation was not taken, so the server does not know of it.
  void not_taken() noexcept { ++not_taken_; }

  /// Ends it without its last operation.
  void give_up(std::exception_ptr why) {
    work_->fail(std::move(why));
    done_ = true;
    work_->decided.count_down();
  }

  // Once all are decided.

  [[nodiscard]] std::uint64_t submitted() const noexcept { return submitted_; }
  [[nodiscard]] std::uint64_t never_taken() const noexcept { return not_taken_; }
  [[nodiscard]] load_ledger::amounts told() const { return ledger_.read(); }

private:
  [[nodiscard]] bool has_failed() const noexcept {
    return work_->failed.load(std::memory_order_relaxed);
  }

  std::shared_ptr<load_work<Data>> work_;
  std::size_t which_;
  std::uint64_t share_;
  Make make_;
  testing::random choices_;
  std::vector<operation> prepared_;
  std::uint64_t submitted_ = 0;
  std::uint64_t plain_until_ = 0; // the plan says nothing special before
  std::uint64_t not_taken_ = 0;
  bool done_ = false;
  load_ledger ledger_;
};

template <class Data, class Make>
using load_streams = std::vector<std::shared_ptr<load_stream<Data, Make>>>;

} // namespace libsync::detail
