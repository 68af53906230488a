#pragma once

/// How threads ask a session to undo.

#include <algorithm>
#include <atomic>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/session/session_buffer.hpp"
#include "libsync/actors/detail/session/undo_marks.hpp"
#include "libsync/actors/posted.hpp"
#include "libsync/actors/undo_request.hpp"

#include "libsync/ids.hpp"
#include "libsync/reason.hpp"
#include "libsync/receipt.hpp"
#include "libsync/shared_view.hpp"

namespace libsync::detail {

template <class Data, replica_mode Mode>
bool session_buffer<Data, Mode>::undoes() const noexcept {
  if constexpr (std::is_same_v<Mode, optimistic>)
    return marks_.are_enabled();
  else
    return false;
}

template <class Data, replica_mode Mode>
void session_buffer<Data, Mode>::enable_undo() {
  if constexpr (std::is_same_v<Mode, optimistic>)
    marks_.enable();
}

// The next submission begins a parcel of its own, so that the client finds the place again. What
// throws comes first.
template <class Data, replica_mode Mode>
posted session_buffer<Data, Mode>::ask_for(undo_request what, promise& wanted,
                                           const actor_ref& from) {
  letter wakes;
  {
    const std::lock_guard guard{lock_};
    if (closed_)
      return posted::closed;
    if (marks_.size() >= limit_) {
      ++overloaded_;
      return posted::overloaded;
    }
    marks_.make_room();
    if (!woken_)
      wakes = write_letter(message::drain);
    queue_.cut();
    marks_.push({queue_.end(), what, std::move(wanted)});
    woken_ = true;
  }
  if (wakes)
    deliver(from, std::move(wakes));
  return posted::taken;
}

template <class Data, replica_mode Mode>
bool session_buffer<Data, Mode>::can_undo() const {
  if (!undoes())
    return false;
  if (marks_.counts()->undo.load(std::memory_order_acquire) != 0)
    return true;
  const std::lock_guard guard{lock_};
  return !queue_.empty() || marks_.is_being_taken();
}

template <class Data, replica_mode Mode>
bool session_buffer<Data, Mode>::can_redo() const {
  return undoes() && marks_.counts()->redo.load(std::memory_order_acquire) != 0;
}

template <class Data, replica_mode Mode>
const std::shared_ptr<undo_counts>& session_buffer<Data, Mode>::counts() const noexcept {
  return marks_.counts();
}

template <class Data, replica_mode Mode>
std::optional<undo_mark> session_buffer<Data, Mode>::take_mark(submission_number until) noexcept {
  if constexpr (std::is_same_v<Mode, optimistic>) {
    const std::lock_guard guard{lock_};
    return marks_.pop(std::min(until, queue_.end() - queue_.size()));
  }
  return std::nullopt;
}

template <class Data, replica_mode Mode>
void session_buffer<Data, Mode>::end_taking() noexcept {
  if constexpr (std::is_same_v<Mode, optimistic>) {
    const std::lock_guard guard{lock_};
    marks_.note_taken(false);
  }
}

template <class Data, replica_mode Mode>
void session_buffer<Data, Mode>::refuse_marks(const libsync::reason& why) noexcept {
  constexpr auto all = std::numeric_limits<submission_number>::max();
  while (const auto one = take_mark(all))
    if (one->wanted)
      calls_([&] { one->wanted.decide(receipt::refused(why)); });
}

} // namespace libsync::detail
