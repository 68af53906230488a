#pragma once

/// The way of a thread's lone submission past its idle client.

#include <atomic>
#include <memory>
#include <utility>
#include <variant>

#include "libsync/detail/shared.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/parcel.hpp"

namespace libsync::detail {

/// A value with three states. *Closed*: submissions go through the client. *Open*: the client has
/// nothing undecided, so the next submission may go to the server at once, in the client's name.
/// *Used*: one did, and waits to be adopted by the client, before that uses what it knows of
/// itself.
///
///     closed -- open() --> open -- use() --> used -- close() --> closed
///
/// `Server` is how a parcel is sent to the server, and `Wanted` who waits for a receipt; both move
/// without throwing. One thread at a time, but for `was_used`.
template <class Data, class Server, class Wanted>
class direct_line {
public:
  struct closed {};

  /// What a thread needs to send a parcel in the client's name.
  struct opened {
    Server to;
    client_id by{};
    epoch_id epoch{};
    submission_number next = 0;
  };

  /// The parcel that was sent.
  struct used {
    parcel_ptr<Data> what;
    Wanted wanted;
  };

  using state = std::variant<closed, opened, used>;

  /// Opens it. It must be closed.
  void open(opened line) noexcept { state_ = std::move(line); }

  [[nodiscard]] bool is_open() const noexcept { return std::holds_alternative<opened>(state_); }

  /// Whether it was used and `close` has not been called since. Any thread.
  [[nodiscard]] bool was_used() const noexcept { return used_.load(std::memory_order_acquire); }

  /// Makes a parcel of a submission, to be sent by `use`. It must be open. What throws leaves parts
  /// of the parcel in `made`, for the caller to destroy.
  template <class Submission>
  void write(std::shared_ptr<parcel<Data>>& made, Submission&& one) const {
    const auto& line = std::get<opened>(state_);
    made = shared<parcel<Data>>(parcel<Data>{line.by, line.epoch, line.next, 0, {}, {}});
    append(*made, std::forward<Submission>(one));
  }

  /// The parcel is sent now: returns to whom. It must be open.
  [[nodiscard]] Server use(parcel_ptr<Data> sent, Wanted wanted) noexcept {
    auto to = std::move(std::get<opened>(state_).to);
    state_ = used{std::move(sent), std::move(wanted)};
    used_.store(true, std::memory_order_release);
    return to;
  }

  /// Closes it, and returns what it was.
  [[nodiscard]] state close() noexcept {
    used_.store(false, std::memory_order_relaxed);
    return std::exchange(state_, closed{});
  }

private:
  state state_;
  std::atomic<bool> used_{false};
};

} // namespace libsync::detail
