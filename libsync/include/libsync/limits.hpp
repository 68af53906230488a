#pragma once

/// The limits of every queue, in one place.

#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>

#include "libsync/size_of.hpp"

namespace libsync {

/// Limits of a server's and a client's queues. The defaults suit operations of some tens of bytes.
/// A limit counts operations, or bytes as `size_of.hpp` counts them, unless its line says
/// otherwise. If a queue has both, the one that is met first holds. A transaction counts with all
/// of its operations. Each limit is at least 1.
struct limits {
  /// The most in one batch. If the next parcel would exceed it, the server sends the pending batch
  /// first. It splits only a parcel that is larger than a batch. The default is a number whose
  /// branches a processor surely learns while one client after the other applies them.
  std::size_t batch = 4096;
  std::size_t batch_bytes = std::size_t{1} << 20;
  /// The most in one parcel, the message by which a client submits. One parcel is in flight. A
  /// submission is never split, so a larger one has a parcel and a batch of its own. If a parcel is
  /// larger than the server's limit, the server answers `overloaded` for the rest of it. So one
  /// client never delays the others for longer than such a parcel takes.
  std::size_t parcel = 4096;
  std::size_t parcel_bytes = std::size_t{1} << 20;
  /// The most in one submission. A larger one is refused.
  std::size_t submission = 65'536;
  std::size_t submission_bytes = std::size_t{16} << 20;
  /// The most undecided submissions of a client, and the most bytes of them. While the client has
  /// reached one of these limits, it answers `overloaded` to a further submission. A session's
  /// buffer holds as many once more.
  std::size_t outbox = 16'384;
  std::size_t outbox_bytes = std::size_t{64} << 20;
  /// The most that the server keeps for clients that come back. A client that missed more gets a
  /// snapshot instead. The server keeps the newest batch however large it is.
  std::size_t log = 65'536;
  std::size_t log_bytes = std::size_t{16} << 20;
  /// How far a client may be behind before the server suspends it. The client may hold this much
  /// and one batch more in its mailbox. It acknowledges at least four times in that span. The
  /// server may take an acknowledgement for one that is older by a sixteenth of it. At full speed
  /// the default lasts some ten milliseconds, for which a busy machine may well hold up a thread.
  std::size_t lag = 524'288;
  std::size_t lag_bytes = std::size_t{64} << 20;
  /// The most clients that left and whose last reply the server remembers, and the most bytes of
  /// these replies. From the reply a client that comes back learns what became of its last parcel.
  /// The server forgets the oldest first.
  std::size_t absent = 1024;
  std::size_t absent_bytes = std::size_t{16} << 20;
  /// The most effects that are not done. While there are this many, the server refuses submissions.
  /// The effects of one submission may exceed the limit.
  std::size_t effects = 16'384;
  /// The most operations that wait for their time (`sequencer::submit_at`).
  std::size_t timers = 16'384;
  /// The most bytes of reasons in the reply to one parcel. One reason takes a 64th of that at most,
  /// and a longer one is cut. Further reasons are left out. Both say so.
  std::size_t reasons = std::size_t{256} << 10;

  [[nodiscard]] amount of_batch() const noexcept { return {batch, batch_bytes}; }
  [[nodiscard]] amount of_parcel() const noexcept { return {parcel, parcel_bytes}; }
  [[nodiscard]] amount of_submission() const noexcept { return {submission, submission_bytes}; }
  [[nodiscard]] amount of_log() const noexcept { return {log, log_bytes}; }
  [[nodiscard]] amount of_lag() const noexcept { return {lag, lag_bytes}; }

  struct named {
    const char* name;
    std::size_t limits::*value;
  };

  /// Returns all limits by name.
  [[nodiscard]] static constexpr auto all() noexcept;

  /// Returns these limits. Throws std::invalid_argument, naming the first that is 0.
  [[nodiscard]] const limits& checked() const;
};

constexpr auto limits::all() noexcept {
  const auto list = std::to_array<named>({{"batch", &limits::batch},
                                          {"batch_bytes", &limits::batch_bytes},
                                          {"parcel", &limits::parcel},
                                          {"parcel_bytes", &limits::parcel_bytes},
                                          {"submission", &limits::submission},
                                          {"submission_bytes", &limits::submission_bytes},
                                          {"outbox", &limits::outbox},
                                          {"outbox_bytes", &limits::outbox_bytes},
                                          {"log", &limits::log},
                                          {"log_bytes", &limits::log_bytes},
                                          {"lag", &limits::lag},
                                          {"lag_bytes", &limits::lag_bytes},
                                          {"absent", &limits::absent},
                                          {"absent_bytes", &limits::absent_bytes},
                                          {"effects", &limits::effects},
                                          {"timers", &limits::timers},
                                          {"reasons", &limits::reasons}});
  static_assert(sizeof(limits) == list.size() * sizeof(std::size_t), "a limit is not listed");
  return list;
}

inline const limits& limits::checked() const {
  for (const auto& [name, value] : all())
    if (this->*value == 0)
      throw std::invalid_argument(std::string{"libsync::limits: `"} + name +
                                  "` is 0, expected at least 1");
  return *this;
}

} // namespace libsync
