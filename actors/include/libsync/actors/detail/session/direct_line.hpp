#pragma once

/// The way of a thread's lone submission past its idle client.

#include <atomic>
#include <memory>
#include <utility>

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
  enum class state { closed, open, used };

  /// What a line is, or was. (A std::variant of three types took longer to compile than all else
  /// here.)
  struct content {
    direct_line::state state = direct_line::state::closed;
    // If it is open: what a thread needs to send a parcel in the client's name.
    Server to;
    client_id by{};
    epoch_id epoch{};
    submission_number next = 0;
    // If it is used: the parcel that was sent.
    parcel_ptr<Data> sent;
    Wanted wanted;
  };

  /// Opens it, for the next submission of a client `by`. It must be closed.
  void open(Server to, client_id by, epoch_id epoch, submission_number next) noexcept {
    is_.state = state::open;
    is_.to = std::move(to);
    is_.by = by;
    is_.epoch = epoch;
    is_.next = next;
  }

  [[nodiscard]] bool is_open() const noexcept { return is_.state == state::open; }

  /// Whether it was used and `close` has not been called since. Any thread.
  [[nodiscard]] bool was_used() const noexcept { return used_.load(std::memory_order_acquire); }

  /// Makes a parcel of a submission, to be sent by `use`. It must be open. What throws leaves parts
  /// of the parcel in `made`, for the caller to destroy.
  template <class Submission>
  void write(std::shared_ptr<parcel<Data>>& made, Submission&& one) const {
    made = shared<parcel<Data>>();
    made->by = is_.by;
    made->epoch = is_.epoch;
    made->first = is_.next;
    append(*made, std::forward<Submission>(one));
  }

  /// The parcel is sent now: returns to whom. It must be open.
  [[nodiscard]] Server use(parcel_ptr<Data> sent, Wanted wanted) noexcept {
    is_.state = state::used;
    is_.sent = std::move(sent);
    is_.wanted = std::move(wanted);
    used_.store(true, std::memory_order_release);
    return std::exchange(is_.to, Server{});
  }

  /// Closes it, and returns what it was.
  [[nodiscard]] content close() noexcept {
    used_.store(false, std::memory_order_relaxed);
    return std::exchange(is_, content{});
  }

private:
  content is_;
  std::atomic<bool> used_{false};
};

} // namespace libsync::detail
