#pragma once

/// A text that many edit at once: one editor's side.

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/detail/outermost.hpp"
#include "libsync/outcome.hpp"
#include "libsync/result.hpp"
#include "libsync/text/accepted_delta.hpp"
#include "libsync/text/compose.hpp"
#include "libsync/text/delta.hpp"
#include "libsync/text/difference.hpp"
#include "libsync/text/limits.hpp"
#include "libsync/text/selection.hpp"
#include "libsync/text/text.hpp"
#include "libsync/text/transform.hpp"

namespace libsync {

/// A sink of `text_editor`. The documentation of `text_editor` says what each call means.
template <class Out>
concept text_editor_sink = requires(Out& out, const delta& change,
                                    const std::optional<selections>& where, revision seen) {
  out.show(change);
  out.send(change, where, seen);
  out.report(seen);
};

/// The fate of a delta in flight by the time of a snapshot.
enum class in_flight {
  /// It is part of the snapshot.
  accepted,
  /// It is not part of the snapshot, and never will be. It was refused, or did not arrive.
  lost,
  /// It is not part of the snapshot, but may still be accepted. The editor will be told.
  undecided,
};

/// An editor shows each edit at once, and sends one delta at a time. It is
///
/// - synchronised: it shows the text of the revision that it knows;
/// - or in flight: one delta is sent and not yet accepted;
/// - or in flight with a buffer: the edits made since, composed to one delta, wait.
///
/// So the shown text is always the server's text of `revision()`, with the delta in flight and then
/// the buffer applied. A foreign delta is rewritten to come after both, and both are rewritten to
/// come after it. The selections of the others move along. The editor hands everything that must be
/// sent or shown to `out`:
///
///     out.show(const delta&)              // to be applied to what the user sees
///     out.send(const delta&, const std::optional<selections>&, revision)
///     out.report(revision)                // this much was seen
///
/// *Calling back.* The state is final before the editor calls `out`, and `out` may call anything
/// but the destructor. For instance a `show` may edit to correct what was typed. Such an edit
/// applies to `shown()`. The outermost call tells it, to its `out`, after everything that came
/// before. It first tells all that must be shown, each change once and in the order of the changes,
/// and then what must be sent. Edits that were made before anything was sent go to the server as
/// one delta.
///
/// *Errors.* A call that is refused, or throws for lack of memory, changes nothing. If `out`
/// throws, or making a copy for it throws, the call is done. `out` is not told again what it was
/// told, and the next call tells the rest. If the server sends an editor something that cannot be,
/// the editor has to take a snapshot.
///
/// Deterministic; one thread at a time. `Client` is compared and moved without throwing.
template <class Client>
class text_editor {
public:
  /// Begins with the server's text at `revision`.
  text_editor(text shown, libsync::revision revision)
      : shown_(shown), confirmed_(std::move(shown)), revision_(revision), told_(revision) {}

  /// The text that the user sees, and the text that the server is known to have.
  [[nodiscard]] const text& shown() const noexcept { return shown_; }
  [[nodiscard]] const text& confirmed() const noexcept { return confirmed_; }
  [[nodiscard]] libsync::revision revision() const noexcept { return revision_; }
  [[nodiscard]] const std::optional<delta>& sent() const noexcept { return sent_; }
  [[nodiscard]] const std::optional<delta>& buffer() const noexcept { return buffer_; }
  /// The others' selections in the shown text, as they sent them with their last delta.
  [[nodiscard]] const std::map<Client, selections>& others() const noexcept { return others_; }
  /// The user's selections in the shown text, as given with the last edit.
  [[nodiscard]] const std::optional<selections>& where() const noexcept { return where_; }
  [[nodiscard]] bool synchronised() const noexcept { return !sent_ && !buffer_; }

  /// Changes the shown text by an edit of the user, whose selections are then `where`. Refused if
  /// the delta does not fit, or if it and the buffer together would exceed half of `text_limits`.
  /// (A delta may grow when it is rewritten.)
  template <class Out>
  outcome edit(const delta& change, std::optional<selections> where, Out& out) {
    auto waiting = buffer_ ? compose(*buffer_, change) : result<delta>{change};
    if (!waiting)
      return refused(waiting.reason());
    if (auto fits = detail::check_limits(*waiting, 2); !fits)
      return fits;
    if (auto fits = where ? detail::check_limits(*where) : accepted(); !fits)
      return fits;
    detail::text_change made;
    if (auto fits = prepare_delta(shown_, change, made); !fits)
      return fits;
    shows_.push_back(change);
    make_change(shown_, made); // from here to `tell` nothing throws
    move_others(change);
    where_ = std::move(where);
    buffer_ = *std::move(waiting);
    tell(out);
    return accepted();
  }

  /// Notes that the delta in flight was accepted as the next revision. The buffer may follow.
  template <class Out>
  outcome receive_own(Out& out) {
    if (!sent_)
      return refused("a delta was accepted that was not sent");
    return receive_own(*sent_, out);
  }

  /// The same with the delta as the server broadcast it. Both sides rewrite a delta alike, so it
  /// equals the one in flight. Only after a snapshot may they differ, and then the editor corrects
  /// the shown text.
  template <class Out>
  outcome receive_own(const delta& broadcast, Out& out) {
    if (!sent_)
      return refused("a delta was accepted that was not sent");
    if (broadcast != *sent_) {
      if (auto done = put_right(broadcast); !done)
        return done;
    } else {
      detail::text_change made;
      if (auto fits = prepare_delta(confirmed_, broadcast, made); !fits)
        return fits;
      make_change(confirmed_, made);
    }
    sent_.reset();
    told_ = ++revision_; // the server knows that its author has seen it
    tell(out);
    return accepted();
  }

  /// Applies a delta of another client that was accepted as the next revision.
  template <class Out>
  outcome receive(const accepted_delta<Client>& foreign, Out& out) {
    detail::text_change confirmed;
    if (auto fits = prepare_delta(confirmed_, foreign.change, confirmed); !fits)
      return fits;
    draft next{foreign.change, foreign.where, {}, {}, {}};
    if (auto fits = rewrite(sent_, next, next.sent); !fits)
      return fits;
    if (auto fits = rewrite(buffer_, next, next.buffer); !fits)
      return fits;
    if (auto fits = prepare_show(next); !fits)
      return fits;
    std::map<Client, selections> fresh;
    if (next.where)
      fresh.emplace(foreign.by, *std::move(next.where));
    shows_.push_back(std::move(next.change));
    make_change(confirmed_, confirmed); // from here to `tell` nothing throws
    ++revision_;
    sent_ = std::move(next.sent);
    show(next);
    others_.erase(foreign.by);
    others_.merge(fresh);
    tell(out);
    return accepted();
  }

  /// Forgets the selections of another client, which has left.
  void forget(const Client& other) { others_.erase(other); }

  /// Tells the server which revision was seen, if the server does not know it. Call this when
  /// nothing has happened for a while. With a delta in flight it tells nothing. When that delta is
  /// accepted, the server knows that its author has seen everything before it, and a report would
  /// come too late.
  template <class Out>
  void report(Out& out) {
    is_reporting_ = true;
    tell(out);
  }

  /// Takes the server's text of `revision` instead of the deltas since. `fate` says what became
  /// of the delta in flight by then. Edits that the server does not have stay. They are rewritten
  /// to come after the difference, as if that were one foreign delta.
  template <class Out>
  void resync(text snapshot, libsync::revision revision, in_flight fate, Out& out) {
    auto believed = confirmed_;
    std::optional<delta> sent;
    std::optional<delta> buffer = buffer_;
    if (sent_ && fate == in_flight::accepted)
      static_cast<void>(apply_delta(believed, *sent_)); // as it was when it was shown
    else if (sent_ && fate == in_flight::lost)
      buffer = buffer_ ? must(compose(*sent_, *buffer_)) : *sent_;
    else
      sent = sent_;
    draft next{difference(believed, snapshot), {}, {}, {}, {}};
    // What comes from texts that there are is never too long.
    static_cast<void>(must(rewrite(sent, next, next.sent)));
    static_cast<void>(must(rewrite(buffer, next, next.buffer)));
    static_cast<void>(must(prepare_show(next)));
    shows_.push_back(std::move(next.change));
    confirmed_ = std::move(snapshot); // from here to `tell` nothing throws
    revision_ = revision;
    told_.reset();
    sent_ = std::move(next.sent);
    show(next);
    tell(out);
  }

private:
  // What a call makes of the editor, aside: the change that is shown, rewritten from its text on
  // the server to what the user sees, and where its author is in that.
  struct draft {
    delta change;
    std::optional<selections> where;
    std::optional<delta> sent;
    std::optional<delta> buffer;
    detail::text_change shown;
  };

  static outcome must(outcome done) {
    if (!done)
      throw std::logic_error(std::string{done.reason()});
    return done;
  }

  static delta must(result<delta> made) {
    if (!made)
      throw std::logic_error(made.reason());
    return *std::move(made);
  }

  // Lets `own` and the foreign change, made for the same text, change places.
  static outcome rewrite(const std::optional<delta>& own, draft& next,
                         std::optional<delta>& after) {
    if (!own)
      return accepted();
    try {
      after = transform(next.change, *own, priority::left);
      next.change = transform(*own, std::move(next.change), priority::right);
    } catch (const std::length_error& error) {
      return refused(error.what());
    }
    if (next.where)
      move_over(*after, *next.where);
    return accepted();
  }

  outcome prepare_show(draft& next) { return prepare_delta(shown_, next.change, next.shown); }

  // Changes what the user sees by the change that waits last to be shown.
  void show(draft& next) noexcept {
    const auto& change = shows_.back();
    make_change(shown_, next.shown);
    buffer_ = std::move(next.buffer);
    move_others(change);
    if (where_)
      move_over(change, *where_);
  }

  outcome put_right(const delta& broadcast) {
    auto now = confirmed_;
    if (auto fits = apply_delta(now, broadcast); !fits)
      return fits;
    auto believed = confirmed_;
    static_cast<void>(apply_delta(believed, *sent_)); // as it was when it was shown
    draft next{difference(believed, now), {}, {}, {}, {}};
    if (auto fits = rewrite(buffer_, next, next.buffer); !fits)
      return fits;
    if (auto fits = prepare_show(next); !fits)
      return fits;
    shows_.push_back(std::move(next.change));
    confirmed_ = std::move(now);
    show(next);
    return accepted();
  }

  void move_others(const delta& change) noexcept {
    for (auto& [other, where] : others_)
      move_over(change, where);
  }

  template <class Out>
  void tell(Out& out) {
    static_assert(
        text_editor_sink<Out>,
        "libsync: the sink of a text editor lacks a call: it needs show, send and report");
    telling_.run([&] {
      while (tell_next(out)) {
      }
    });
  }

  // Returns whether there was something to tell. `out` is given what nobody else changes.
  template <class Out>
  bool tell_next(Out& out) {
    if (!shows_.empty()) {
      const auto change = std::move(shows_.front());
      shows_.erase(shows_.begin());
      out.show(change);
    } else if (!sent_ && buffer_) {
      const auto change = *buffer_;
      const auto where = where_;
      sent_ = std::exchange(buffer_, std::nullopt);
      told_ = revision_;
      out.send(change, where, revision_);
    } else if (std::exchange(is_reporting_, false)) {
      if (sent_ || revision_ == told_)
        return true;
      told_ = revision_;
      out.report(revision_);
    } else {
      return false;
    }
    return true;
  }

  text shown_;
  text confirmed_;
  libsync::revision revision_;
  // The revision that the server is known to take for seen; nothing where a report may be lost.
  std::optional<libsync::revision> told_;
  std::optional<delta> sent_;
  std::optional<delta> buffer_;
  std::optional<selections> where_;
  std::map<Client, selections> others_;
  // What is not told yet; the buffer that waits for nothing is neither.
  std::vector<delta> shows_;
  bool is_reporting_ = false;
  detail::outermost telling_;
};

} // namespace libsync
