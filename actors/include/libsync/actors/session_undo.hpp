#pragma once

/// The part of a session that undoes.

#include <concepts>
#include <memory>
#include <utility>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/session/session_answers.hpp"
#include "libsync/actors/detail/session/session_buffer.hpp"
#include "libsync/actors/patience.hpp"
#include "libsync/actors/posted.hpp"
#include "libsync/actors/receipt_future.hpp"
#include "libsync/actors/undo_request.hpp"

#include "libsync/reason.hpp"
#include "libsync/receipt.hpp"
#include "libsync/shared_view.hpp"

namespace libsync {

/// Ends a step of a session when it is destroyed. It does not hold the session open.
template <class Data>
class [[nodiscard]] session_step {
public:
  session_step(std::shared_ptr<detail::session_buffer<Data, optimistic>> of,
               detail::actor_ref client) noexcept
      : of_(std::move(of)), client_(std::move(client)) {}
  session_step(session_step&&) noexcept = default;
  session_step& operator=(session_step&&) = delete;
  ~session_step() {
    if (of_)
      try {
        receipt_promise nobody;
        of_->ask_for(undo_request::end_step, nobody, client_);
      } catch (...) { // there is no memory to say so: the step lasts until the next begins
      }
  }

private:
  std::shared_ptr<detail::session_buffer<Data, optimistic>> of_;
  detail::actor_ref client_;
};

/// A base of `session`. The session must be optimistic, and made with the option `undo`:
///
///     libsync::session<drawing, libsync::optimistic> mine{
///         server, {.undo = libsync::undo_limits{.steps = 100, .together = 500}}};
///     mine.post(move{shape, 3, 4});
///     mine.undo();
///
/// Any thread may call these. They take their place among the session's submissions, so a step that
/// was submitted before is undone, though neither the client nor the server may have heard of it.
/// The steps are those of the session, whichever thread has submitted them. What was submitted by
/// the session's `handle` is a step too.
template <class Session, class Data, replica_mode Mode>
class session_undo {
public:
  /// Undoes the newest step: submits its inverse, as soon as the server has decided the step. The
  /// receipt is that of this submission. It is refused, with the reason, if there is nothing to
  /// undo, if the server has refused the step, if the step was first seen inside a snapshot, or if
  /// the reducer refuses the inverse. What others did since stays. It is shown once the client
  /// submits it.
  receipt_future undo() { return ask(undo_request::undo); }
  posted undo(receipt_handler on_receipt) {
    return tell(undo_request::undo, std::move(on_receipt));
  }

  /// Does again what was undone last, unless there was another step since.
  receipt_future redo() { return ask(undo_request::redo); }
  posted redo(receipt_handler on_receipt) {
    return tell(undo_request::redo, std::move(on_receipt));
  }

  /// All that the session submits from here on is one step, until the step ends; or until something
  /// is undone, or another step begins.
  posted begin_step() { return tell(undo_request::begin_step, {}); }
  posted end_step() { return tell(undo_request::end_step, {}); }
  /// The same: the step ends when what is returned is destroyed.
  session_step<Data> one_step() {
    check_mode();
    begin_step();
    return {self().buffer_, self().client_.ref()};
  }

  /// Whether there is something to undo, or to do again. What waits in the session counts as a
  /// step. They wait for nobody.
  [[nodiscard]] bool can_undo() const {
    check_mode();
    return self().buffer_ && self().buffer_->can_undo();
  }
  [[nodiscard]] bool can_redo() const {
    check_mode();
    return self().buffer_ && self().buffer_->can_redo();
  }

private:
  static constexpr void check_mode() noexcept {
    static_assert(std::same_as<Mode, optimistic>,
                  "libsync: only optimistic sessions undo: make it with the mode "
                  "libsync::optimistic, and the option `undo`");
  }

  [[nodiscard]] const Session& self() const noexcept { return static_cast<const Session&>(*this); }

  receipt_future ask(undo_request what) {
    receipt_promise wanted{nullptr};
    receipt_future coming{wanted};
    put(what, wanted);
    return coming;
  }

  posted tell(undo_request what, receipt_handler on_receipt) {
    auto wanted = on_receipt ? receipt_promise{std::move(on_receipt)} : receipt_promise{};
    return put(what, wanted);
  }

  // If it is not taken, its receipt is told last of all: a handler may destroy this.
  posted put(undo_request what, receipt_promise& wanted) {
    check_mode();
    const auto buffer = self().buffer_;
    if (!buffer)
      return detail::pay(wanted, receipt::refused("the session was moved from"_reason),
                         posted::closed);
    if (!buffer->undoes())
      return detail::pay(
          wanted, receipt::refused("the session was made without undo: set its option `undo`"),
          posted::refused);
    const auto done = [&] {
      try {
        if constexpr (std::same_as<Mode, optimistic>)
          return buffer->ask_for(what, wanted, self().client_.ref());
        else
          return posted::refused; // it does not compile
      } catch (...) {
        wanted.forget();
        throw;
      }
    }();
    if (done == posted::closed)
      return detail::pay(wanted, receipt::refused(buffer->reason()), done);
    if (done == posted::overloaded)
      return detail::pay(wanted, detail::overloaded(when_full::answer), done);
    return done;
  }
};

} // namespace libsync
