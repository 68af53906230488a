#pragma once

/// What a server sends one relay of its log.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libsync/network/detail/wire_bytes.hpp"

#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/log.hpp"
#include "libsync/protocol/relayed.hpp"
#include "libsync/snapshot.hpp"

namespace libsync::detail {

/// Leads a relay on from its version, or from a snapshot, by asking a server for one part of its
/// log after the other. It asks for nothing while more than a window of bytes is under way that the
/// relay has not taken. So a slow relay costs its server no memory but that of the log, and
/// batches gather meanwhile. If the log does not reach back far enough, it goes on from a snapshot.
class following {
public:
  /// What to ask a server. An answer that comes to another one than the latest is too late.
  struct question {
    enum class kind { none, snapshot, log };

    question::kind what = question::kind::none;
    std::uint64_t number = 0;
    log_request log = {};
  };

  explicit following(std::uint64_t window) noexcept : window_(window) {}

  /// The relay wants what follows on its copy, from now on. Throws wire_error if it has wanted that
  /// too often while the server had nothing to answer, since each question waits there.
  void follow(const follow_request& what) {
    if (open_ >= most_open)
      throw wire_error{"a request to follow: found another while " + std::to_string(open_) +
                       " are not answered"};
    attempt_ = what.attempt;
    position_.epoch = what.epoch;
    position_.after = what.version.value_or(0);
    wants_snapshot_ = !what.version;
    is_on_ = true;
    is_asking_ = false; // the server may answer the question before when somebody submits something
    pieces_.clear();
  }

  [[nodiscard]] std::uint64_t attempt() const noexcept { return attempt_; }

  /// Returns what to ask the server now.
  [[nodiscard]] question ask() noexcept {
    if (!is_on_ || is_asking_ || !has_room() || !pieces_.empty())
      return {};
    is_asking_ = true;
    ++open_;
    question next{wants_snapshot_ ? question::kind::snapshot : question::kind::log, ++questions_,
                  position_};
    next.log.waits = true;
    return next;
  }

  /// The server has answered. Returns the batches to send, which are none if it must be asked for a
  /// snapshot, or if the answer is too late.
  template <class Data>
  [[nodiscard]] std::vector<batch_ptr<Data>> answer(std::uint64_t question,
                                                    const log_part<Data>& part) {
    if (!ends(question))
      return {};
    wants_snapshot_ = part.truncated_at.has_value();
    if (wants_snapshot_ || part.empty())
      return {};
    position_.epoch = part.epoch;
    position_.after = part.last();
    return part.batches;
  }
  /// The same of a snapshot. Returns whether to send it.
  [[nodiscard]] bool answer(std::uint64_t question, epoch_id epoch,
                            libsync::version version) noexcept {
    if (!ends(question))
      return false;
    wants_snapshot_ = false;
    position_.epoch = epoch;
    position_.after = version;
    return true;
  }
  /// The server has ended. Nothing is to be sent until the relay asks again.
  void stop() noexcept {
    is_on_ = is_asking_ = false;
    open_ = 0;
    pieces_.clear();
  }

  /// A piece of a snapshot waits for room.
  void put(std::string piece) { pieces_.push_back(std::move(piece)); }
  /// Returns the next one, if there is room for it.
  [[nodiscard]] std::optional<std::string> take_piece() {
    if (pieces_.empty() || !has_room())
      return std::nullopt;
    auto next = std::move(pieces_.front());
    pieces_.pop_front();
    return next;
  }

  /// So many bytes of parts and pieces were sent, and were taken by the relay.
  void sent(std::size_t bytes) noexcept { under_way_ += bytes; }
  void taken(std::uint64_t bytes) noexcept {
    under_way_ -= bytes < under_way_ ? bytes : under_way_;
  }

private:
  static constexpr std::uint64_t most_open = 16;

  [[nodiscard]] bool ends(std::uint64_t question) noexcept {
    open_ -= open_ != 0 ? 1 : 0;
    return question == questions_ && std::exchange(is_asking_, false);
  }
  [[nodiscard]] bool has_room() const noexcept { return under_way_ < window_; }

  std::uint64_t window_;
  std::uint64_t under_way_ = 0;
  std::uint64_t attempt_ = 0;
  std::uint64_t questions_ = 0;
  std::uint64_t open_ = 0;
  log_request position_;
  bool is_on_ = false;
  bool wants_snapshot_ = false;
  bool is_asking_ = false;
  std::deque<std::string> pieces_;
};

} // namespace libsync::detail
