#pragma once

/// Reads what a server accepts from its log.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/client/client_base.hpp"
#include "libsync/actors/detail/deadline.hpp"
#include "libsync/actors/envelope.hpp"
#include "libsync/actors/supervisor.hpp"

#include "libsync/ids.hpp"
#include "libsync/protocol/log.hpp"
#include "libsync/reason.hpp"
#include "libsync/result.hpp"

namespace libsync {

/// Reads every accepted submission since a version, each once, in order: for an auditor who must
/// miss nothing. It is no client, and takes from the server what it asks for, when it asks for it.
/// So a slow reader delays nobody, is never suspended, and costs the server no memory but that of
/// the log. If it is slower than the log is long, it is told so, and never skips in silence.
///
///     libsync::log_reader reader{server};
///     while (auto part = reader.next(std::chrono::hours{1}))
///       part->for_each([](const libsync::accepted_submission<counter>& one) { ... });
///
/// With a supervisor it goes on with the server's next life. One thread at a time.
template <class Data>
class log_reader {
public:
  /// Reads what was accepted after version `since`. It takes about `most` operations at once.
  explicit log_reader(server_address<Data> of, libsync::version since = 0,
                      std::size_t most = 10'000)
      : place_(of.place()), server_(place_.server) {
    position_.after = since;
    position_.most = most == 0 ? 1 : most;
  }

  /// The version up to which it has read.
  [[nodiscard]] libsync::version version() const noexcept { return position_.after; }

  /// Returns what was accepted next, which is not empty, and goes on to its end. Waits for it for
  /// at most `most`. Returns the reason for which there is nothing: the deadline has passed, the
  /// server has ended for good, this thread must not wait (`session` says where), or the log does
  /// not reach back to this reader's version (`truncated_at`).
  template <class Rep, class Period>
  [[nodiscard]] result<log_part<Data>> next(std::chrono::duration<Rep, Period> most) {
    truncated_at_.reset();
    position_.waits = most > most.zero();
    const auto came = ask(position_.waits ? detail::deadline_after(most) : time_point::max());
    if (!came)
      return result<log_part<Data>>::failed(came.reason());
    auto& part = *came;
    if (part.truncated_at)
      return result<log_part<Data>>::failed(tell_of_gap(part));
    if (part.empty())
      return result<log_part<Data>>::failed("nothing was accepted after version " +
                                            std::to_string(version()));
    position_.epoch = part.epoch;
    position_.after = part.last();
    return part;
  }

  /// If the last `next` found a gap: the first version after which the log can be read.
  [[nodiscard]] std::optional<libsync::version> truncated_at() const noexcept {
    return truncated_at_;
  }

  /// Goes on after another version, of the epoch that is present then: for example after
  /// `truncated_at()`, or after the version of a snapshot.
  void seek(libsync::version since) noexcept {
    position_.after = since;
    position_.epoch = epoch_id::none;
  }

private:
  using time_point = std::chrono::steady_clock::time_point;
  using answer = result<log_part<Data>>;

  // Asks the server; where it has ended, the next one, if there is to be one.
  answer ask(time_point deadline) {
    for (;;) {
      if (server_) {
        auto came = detail::answer<log_part<Data>>(
            detail::ask(server_, detail::message::log, enclose(position_), deadline));
        if (came || came.reason() != detail::has_ended() || !place_.supervisor)
          return came;
      }
      const auto found = detail::answer<detail::server_found>(
          detail::ask(place_.supervisor, detail::message::locate, server_));
      if (!found)
        return answer::failed(found.reason());
      if (!found->server)
        return answer::failed(found->why_none);
      server_ = found->server;
    }
  }

  reason tell_of_gap(const log_part<Data>& part) {
    truncated_at_ = part.truncated_at;
    const auto begins = " begins after version " + std::to_string(*part.truncated_at);
    if (position_.epoch != epoch_id::none && position_.epoch != part.epoch)
      return "the epoch of version " + std::to_string(version()) +
             " has ended, and the log of the next one" + begins;
    return "the log no longer reaches back to version " + std::to_string(version()) + ": it" +
           begins;
  }

  detail::server_place place_;
  detail::actor_ref server_;
  log_request position_;
  std::optional<libsync::version> truncated_at_;
};

template <class Data>
log_reader(const server<Data>&) -> log_reader<Data>;
template <class Data>
log_reader(const supervisor<Data>&) -> log_reader<Data>;
template <class Data>
log_reader(const server<Data>&, version) -> log_reader<Data>;
template <class Data>
log_reader(const supervisor<Data>&, version) -> log_reader<Data>;

} // namespace libsync
