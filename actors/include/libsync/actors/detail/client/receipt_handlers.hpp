#pragma once

/// Handlers that wait for a client's receipts.

#include <cstddef>
#include <utility>

#include "libsync/detail/callback_guard.hpp"
#include "libsync/detail/fifo.hpp"
#include "libsync/ids.hpp"
#include "libsync/receipt.hpp"

namespace libsync::detail {

/// Handlers in submission order, each called once. Receipts come in that order too, so the handler
/// that waits first is the next one, if any.
class receipt_handlers {
public:
  /// Handlers that are entered before their submissions are taken, and taken back if they are not.
  class entering {
  public:
    explicit entering(receipt_handlers& in) noexcept : in_(in.waiting_) {}
    entering(const entering&) = delete;
    entering& operator=(const entering&) = delete;
    ~entering() {
      for (; entered_ > 0; --entered_)
        in_.take_back();
    }
    void add(submission_number number, receipt_handler one) {
      in_.push({number, std::move(one)});
      ++entered_;
    }
    /// The last `count` of those that were added, to be set.
    [[nodiscard]] auto last(std::size_t count) noexcept { return in_.last(count); }
    void keep() noexcept { entered_ = 0; }

  private:
    fifo<std::pair<submission_number, receipt_handler>>& in_;
    std::size_t entered_ = 0;
  };

  void add(submission_number number, receipt_handler one) {
    waiting_.push({number, std::move(one)});
  }

  void clear() noexcept { waiting_.clear(); }

  /// Whether one waits for a receipt before that of `end`.
  [[nodiscard]] bool wait_before(submission_number end) noexcept {
    return !waiting_.empty() && waiting_.front().first < end;
  }

  /// Calls the handlers of `count` submissions from `first` on; where these are accepted, `what` is
  /// the receipt of the first, and the others have the versions that follow. A handler may come
  /// here again, as by closing its client: then the rest of its own run goes first.
  void tell(submission_number first, std::size_t count, const receipt& what,
            callback_guard& calls) noexcept;

private:
  void tell_run(callback_guard& calls) noexcept;

  fifo<std::pair<submission_number, receipt_handler>> waiting_;
  // The run of receipts that is being told.
  submission_number first_ = 0;
  submission_number end_ = 0;
  receipt what_;
};

} // namespace libsync::detail
