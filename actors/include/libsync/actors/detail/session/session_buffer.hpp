#pragma once

/// A bounded queue from threads to a session's client.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/client/presence_desk.hpp"
#include "libsync/actors/detail/session/buffer_state.hpp"
#include "libsync/actors/detail/session/direct_line.hpp"
#include "libsync/actors/detail/session/early_submissions.hpp"
#include "libsync/actors/detail/session/undo_marks.hpp"
#include "libsync/actors/detail/spin_lock.hpp"
#include "libsync/actors/envelope.hpp"
#include "libsync/actors/patience.hpp"
#include "libsync/actors/posted.hpp"
#include "libsync/actors/receipt_future.hpp"
#include "libsync/actors/undo_request.hpp"

#include "libsync/detail/client/parcel_queue.hpp"
#include "libsync/detail/fifo.hpp"
#include "libsync/detail/refusals.hpp"
#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/receipt.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/size_of.hpp"
#include "libsync/submission.hpp"
#include "libsync/undo_limits.hpp"

namespace libsync::detail {

/// A bounded buffer between any number of threads, which put submissions in, and one client actor,
/// which takes them out. A thread wakes the actor only when it puts something into an empty buffer,
/// so a flood of submissions costs one message for many. While the client has nothing undecided it
/// leaves a `direct_line` open by which the next submission goes to the server at once, without
/// waking the client; the client adopts it before it hears of it. All members are safe to call from
/// any thread.
///
/// What throws has changed nothing. Handlers are called, and operations that were not sent are
/// destroyed, without the lock: they may use the session. (Moving or copying an operation must
/// not.)
template <class Data, replica_mode Mode = own_copy>
class session_buffer : public buffer_state {
public:
  using promise = receipt_promise;
  using line = direct_line<Data, actor_ref, promise>;

  /// What was taken out: parcels in order, and, by the numbers in these, who waits for a receipt.
  struct content {
    std::vector<parcel<Data>> parcels;
    std::vector<std::pair<submission_number, promise>> wanted;

    void clear() {
      parcels.clear();
      wanted.clear();
    }
  };

  /// What must be sent to the server, in the client's name.
  struct direct_parcel {
    actor_ref to;
    std::shared_ptr<parcel<Data>> what;
  };

  /// What became of a `put`: small, since there are millions of them a second.
  struct put_result {
    enum class kind { taken, overloaded, closed } what = kind::closed;
    /// What must be delivered now, if it is not null: to the server, if there is `direct`, else to
    /// the client.
    detail::letter letter;
    std::unique_ptr<direct_parcel> direct;
  };

  /// Holds as many submissions as an outbox of these limits, in parcels that it has room for.
  explicit session_buffer(const limits& bounds)
      : limit_(bounds.outbox), limit_bytes_(bounds.outbox_bytes), largest_(bounds.of_submission()),
        queue_(std::min(bounds.outbox, bounds.parcel), bounds.parcel_bytes) {}

  /// Takes an operation or a submission for the client `from`; `wanted` is empty where nobody waits
  /// for the receipt, and is taken only with the submission.
  template <class Submission>
  put_result put(Submission one, promise& wanted, patience full, const actor_ref& from) {
    put_result result;
    std::unique_lock guard{lock_};
    const bool has_room = !is_full() || wait_for_room(guard, full);
    if (closed_)
      return result;
    if (!has_room) [[unlikely]] {
      ++overloaded_;
      result.what = put_result::kind::overloaded;
    } else if (line_.is_open()) [[unlikely]] {
      launch(std::move(one), wanted, from, result);
    } else {
      enqueue(std::move(one), wanted, result);
    }
    return result;
  }

  // undo_in_buffer.hpp has these.
  /// Whether the session undoes, which `enable_undo` makes it do, before anybody uses it.
  [[nodiscard]] bool undoes() const noexcept;
  void enable_undo();
  /// Takes what is asked for, behind all submissions that are here. `wanted` may be empty, and is
  /// taken only with it.
  posted ask_for(undo_request what, promise& wanted, const actor_ref& from);
  [[nodiscard]] bool can_undo() const;
  [[nodiscard]] bool can_redo() const;
  [[nodiscard]] const std::shared_ptr<undo_counts>& counts() const noexcept;
  /// Takes out the next that was asked for, if it comes before submission `until`, and before all
  /// that are here.
  std::optional<undo_mark> take_mark(submission_number until) noexcept;
  /// The client has noted all that it has taken.
  void end_taking() noexcept;

  /// Returns why a submission is too large to be put in; nothing if it is not.
  template <class Submission>
  [[nodiscard]] std::optional<libsync::reason> refuses(const Submission& one) const {
    return too_large(size_in_all(one), largest_);
  }

  /// Opens the line, unless something is here already. Returns whether it is open.
  bool open_line(actor_ref to, client_id by, epoch_id epoch, submission_number next) {
    const std::lock_guard guard{lock_};
    if (closed_ || !queue_.empty())
      return false;
    line_.open(std::move(to), by, epoch, next);
    return true;
  }

  /// Whether the line was used and `close_line` has not been called since.
  [[nodiscard]] bool was_used() const noexcept { return line_.was_used(); }

  /// Closes the line and returns what it was: it may have been used. It may hold the server, which
  /// must not be destroyed under the lock.
  [[nodiscard]] typename line::content close_line() noexcept {
    const std::lock_guard guard{lock_};
    return line_.close();
  }

  /// Whether something was submitted that `take_early` has not moved; and moves copies of it to the
  /// end of `to`.
  [[nodiscard]] bool has_early() const noexcept { return early_.are_there(); }
  void take_early(parcel<Data>& to) {
    const std::lock_guard guard{lock_};
    early_.take(to);
  }

  /// Moves parcels of at most `most` submissions in all into `into`, which must be clear. Returns
  /// whether some are left; if not, the next `put` wakes the client again. If it throws, the client
  /// is not woken again before another `take`.
  bool take(std::size_t most, content& into) {
    const std::lock_guard guard{lock_};
    into.parcels.reserve(queue_.parcels());
    into.wanted.reserve(wanted_.size());
    submission_number end = 0;
    while (!queue_.empty() && queue_.first_size() <= most) {
      most -= queue_.first_size();
      into.parcels.push_back(queue_.pop());
      end = into.parcels.back().end();
    }
    while (!wanted_.empty() && wanted_.front().first < end)
      into.wanted.push_back(wanted_.pop());
    marks_.note_taken();
    woken_ = !queue_.empty();
    // Threads that wait are woken seldom: each wakening costs as much as hundreds of submissions.
    if (queue_.size() <= limit_ / 2 && queue_.bytes() <= limit_bytes_ / 2)
      wake_all();
    return woken_;
  }

  /// What the client is to show, and what it sees of others.
  [[nodiscard]] presence_desk<Data>& presence() noexcept { return presence_; }

  /// Takes nothing more, and refuses what is here: it was never sent to the server. What went over
  /// the line and was not adopted is unknown. For the client only.
  void refuse(const libsync::reason& why) noexcept {
    close(why);
    if (const auto before = close_line(); before.wanted)
      calls_([&] { before.wanted.decide(receipt::unknown(why)); }); // whether the server took it
    for (auto refused = take_wanted(); !refused.empty();)
      calls_([&, wanted = refused.pop().second] { wanted.decide(receipt::refused(why)); });
    while (take_parcel().count != 0) {
    }
    refuse_marks(why);
    drop_early();
    gate().end();
  }

  /// The client is gone.
  void end(const libsync::reason& why) noexcept {
    refuse(why);
    set_ended();
  }

private:
  static amount size_in_all(const typename Data::operation& one) noexcept {
    return {1, operation_size(one)};
  }
  static amount size_in_all(const submission<Data>& one) noexcept { return amount_of(one); }

  [[nodiscard]] bool is_full() const noexcept {
    return queue_.size() >= limit_ || queue_.bytes() >= limit_bytes_;
  }

  // Returns whether there is some. Kept out of `put`, which millions of submissions go by; so is
  // `launch`.
  [[gnu::noinline]] bool wait_for_room(std::unique_lock<spin_lock>& guard, patience full) {
    while (!closed_ && is_full() && wait_for_wake(guard, full)) {
    }
    return !is_full();
  }

  // Whatever may throw comes first.
  template <class Submission>
  [[gnu::always_inline]] void enqueue(Submission&& one, promise& wanted, put_result& result) {
    if (wanted)
      wanted_.make_room(1);
    if (!woken_)
      result.letter = write_letter(message::drain);
    typename decltype(early_)::adding early{early_, one};
    const auto number = queue_.push(std::forward<Submission>(one));
    early.keep();
    if (wanted)
      wanted_.push({number, std::move(wanted)});
    woken_ = true;
    result.what = put_result::kind::taken;
  }

  // The same with the line open.
  template <class Submission>
  [[gnu::noinline]] void launch(Submission&& one, promise& wanted, const actor_ref& from,
                                put_result& result) {
    // What throws here is destroyed after the lock is freed, as a part of the result.
    result.direct = std::make_unique<direct_parcel>();
    auto& single = result.direct->what;
    line_.write(single, std::forward<Submission>(one));
    result.letter = write_letter(from, message::submit, envelope{single});
    result.direct->to = line_.use(single, std::move(wanted));
    result.what = put_result::kind::taken;
  }

  void refuse_marks(const libsync::reason& why) noexcept;

  void drop_early() noexcept {
    if constexpr (std::is_same_v<Mode, optimistic>) {
      decltype(early_) dropped; // outside of the lock
      const std::lock_guard guard{lock_};
      early_.swap(dropped);
    }
  }

  auto take_wanted() noexcept {
    const std::lock_guard guard{lock_};
    return std::exchange(wanted_, {});
  }

  parcel<Data> take_parcel() noexcept {
    const std::lock_guard guard{lock_};
    return queue_.empty() ? parcel<Data>{} : queue_.pop();
  }

  const std::size_t limit_;
  const std::uint64_t limit_bytes_;
  const amount largest_;
  parcel_queue<Data> queue_;
  fifo<std::pair<submission_number, promise>> wanted_;
  bool woken_ = false;
  line line_;
  [[no_unique_address]] early_submissions<Data, Mode> early_;
  [[no_unique_address]] undo_marks<Mode> marks_;
  [[no_unique_address]] presence_desk<Data> presence_;
};

} // namespace libsync::detail

#include "libsync/actors/detail/session/undo_in_buffer.hpp"
