#pragma once

/// The limits of every queue, in one place.

#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>

#include "libsync/size_of.hpp"

namespace libsync {

/// Limits of a server's and a client's queues. The defaults suit operations of some tens of bytes.
/// All counts are of operations, or of bytes as `size_of.hpp` counts them, unless a line says
/// otherwise; where there are two, the one that is met first holds. A transaction counts with all
/// that is in it. Each is at least 1.
struct limits {
  /// Most in one batch. When the next parcel would exceed it, what is pending is sent out first; a
  /// parcel is split only if it is larger. The default is as many as a processor's branch
  /// prediction surely learns while one client after the other applies them.
  std::size_t batch = 4096;
  std::size_t batch_bytes = std::size_t{1} << 20;
  /// Most in one parcel, the message by which a client submits; one is in flight. A submission is
  /// never split: one that is larger has a parcel, and a batch, of its own. Of a parcel that is
  /// larger than the server's limit, what lies beyond is answered `overloaded`: so one client never
  /// holds up the others for longer than such a parcel takes.
  std::size_t parcel = 4096;
  std::size_t parcel_bytes = std::size_t{1} << 20;
  /// Most in one submission. A larger one is refused.
  std::size_t submission = 65'536;
  std::size_t submission_bytes = std::size_t{16} << 20;
  /// Most submissions that a client holds undecided, and bytes of them: while it has reached one of
  /// these, a further one is answered `overloaded`. A session's buffer holds as many once more.
  std::size_t outbox = 16'384;
  std::size_t outbox_bytes = std::size_t{64} << 20;
  /// What the server keeps for clients that come back. One that missed more gets a snapshot
  /// instead. The newest batch is kept however large it is.
  std::size_t log = 65'536;
  std::size_t log_bytes = std::size_t{16} << 20;
  /// What a client may be behind before the server suspends it. It may hold this much and one batch
  /// more in its mailbox; a client acknowledges at least four times in that span, and the server
  /// may take an acknowledgement for one that is older by a sixteenth of it. At full speed the
  /// default is some ten milliseconds, for which a busy machine may well hold up a thread.
  std::size_t lag = 524'288;
  std::size_t lag_bytes = std::size_t{64} << 20;
  /// Clients that left for which the server remembers the last parcel's reply, so that one which
  /// comes back hears what became of it; and the bytes that these take. The oldest are forgotten
  /// first.
  std::size_t absent = 1024;
  std::size_t absent_bytes = std::size_t{16} << 20;
  /// Effects that are not done. While there are this many, submissions are refused; the
  /// effects of one submission may exceed it.
  std::size_t effects = 16'384;
  /// Bytes of reasons in the reply to one parcel. One reason takes a 64th of that at most: a
  /// longer one is cut. Further ones are left out. Both say so.
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
