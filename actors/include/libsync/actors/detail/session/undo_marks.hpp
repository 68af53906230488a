#pragma once

/// What threads ask of a session beside submitting.

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "libsync/actors/receipt_future.hpp"
#include "libsync/actors/undo_request.hpp"

#include "libsync/detail/fifo.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/ids.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/undo_limits.hpp"

namespace libsync::detail {

/// One of these, which comes before a submission.
struct undo_mark {
  submission_number before = 0;
  undo_request what{};
  receipt_promise wanted;
};

/// Clients that are not optimistic do not undo: this takes no memory, and no time.
template <replica_mode Mode>
class undo_marks {
public:
  static void note_taken() noexcept {}
};

/// What was asked for and not taken, in order. All but the counts is used under the lock of a
/// session's buffer.
template <>
class undo_marks<optimistic> {
public:
  void enable() { all_ = std::make_unique<content>(); }
  [[nodiscard]] bool are_enabled() const noexcept { return all_ != nullptr; }

  [[nodiscard]] std::size_t size() const noexcept { return all_->marks.size(); }
  void make_room() { all_->marks.make_room(1); }
  void push(undo_mark one) noexcept { all_->marks.push(std::move(one)); }
  /// Takes the first out, if it comes before submission `until` or the one behind it.
  std::optional<undo_mark> pop(submission_number until) noexcept {
    if (!all_ || all_->marks.empty() || all_->marks.front().before > until)
      return std::nullopt;
    return all_->marks.pop();
  }

  /// The client has submissions in its hands that it has not noted, or has no more.
  void note_taken(bool has_some = true) noexcept {
    if (all_)
      all_->is_being_taken = has_some;
  }
  [[nodiscard]] bool is_being_taken() const noexcept { return all_->is_being_taken; }

  [[nodiscard]] const std::shared_ptr<undo_counts>& counts() const noexcept { return all_->counts; }

private:
  struct content {
    fifo<undo_mark> marks;
    bool is_being_taken = false;
    std::shared_ptr<undo_counts> counts = shared<undo_counts>();
  };
  std::unique_ptr<content> all_; // null where nothing is undone
};

} // namespace libsync::detail
