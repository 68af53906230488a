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

/// A sink of `text_editor`, which says what each call means.
template <class Out>
concept text_editor_sink = requires(Out& out, const delta& change,
                                    const std::optional<selections>& where, revision seen) {
  out.show(change);
  out.send(change, where, seen);
  out.report(seen);
};

/// What became of a delta in flight by the time of a snapshot.
enum class in_flight {
  /// It is part of the snapshot.
  accepted,
  /// It is not, and never will be: it was refused, or did not arrive.
  lost,
  /// It is not, but may still be accepted; the editor will hear of it.
  undecided,
};

/// An editor shows each edit at once, and sends one delta at a time. It is
///
/// - synchronised: it shows the text of the revision that it knows;
/// - or in flight: one delta is sent and not yet accepted;
/// - or in flight with a buffer: what was edited since, composed to one delta, waits.
///
/// So the shown text is always the server's at `revision()`, then the delta in flight, then the
/// buffer. A foreign delta is rewritten to come after both, and both to come after it; the
/// selections of the others are carried along. What is to be sent or shown is handed to `out`:
///
///     out.show(const delta&)              // to be applied to what the user sees
///     out.send(const delta&, const std::optional<selections>&, revision)
///     out.report(revision)                // this much was seen
///
/// *Calling back.* All is final before `out` is called, and `out` may call anything but the
/// destructor: a `show` that corrects what was typed edits. Such an edit is one of `shown()`, and
/// is told by the outermost call, to its `out`, once that has told what came before: first all that
/// is to be shown, each change once and in the order in which they were made, then what is to be
/// sent. Edits that were made before anything was sent go to the server as one delta.
///
/// *Errors.* What is refused, or throws for want of memory, changes nothing. What `out` throws, or
/// is thrown where a copy is made for it, leaves the call done; what `out` was told is told, and
/// the rest is told by the next call. An editor whose server tells it something that cannot be has
/// to take a snapshot.
///
/// Deterministic; one thread at a time. `Client` is compared and moved without throwing.
template <class Client>
class text_editor {
public:
  /// Begins with the server's text at `revision`.
  text_editor(text shown, libsync::revision revision)
      : shown_(shown), confirmed_(std::move(shown)), revision_(revision), told_(revision) {}

  /// What the user sees, and what of it the server is known to have.
  [[nodiscard]] const text& shown() const noexcept { return shown_; }
  [[nodiscard]] const text& confirmed() const noexcept { return confirmed_; }
  [[nodiscard]] libsync::revision revision() const noexcept { return revision_; }
  [[nodiscard]] const std::optional<delta>& sent() const noexcept { return sent_; }
  [[nodiscard]] const std::optional<delta>& buffer() const noexcept { return buffer_; }
  /// Where the others are in the shown text, of those who told it with their last delta.
  [[nodiscard]] const std::map<Client, selections>& others() const noexcept { return others_; }
  /// Where the user is in the shown text, as told with the last edit.
  [[nodiscard]] const std::optional<selections>& where() const noexcept { return where_; }
  [[nodiscard]] bool synchronised() const noexcept { return !sent_ && !buffer_; }

  /// The user changes the shown text, and is then at `where`. Refused if the delta does not fit, or
  /// if with what waits already more would go at once than half of what `text_limits` let pass:
  /// being rewritten it may become more.
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

  /// The delta in flight was accepted as the next revision, so the buffer may follow.
  template <class Out>
  outcome receive_own(Out& out) {
    if (!sent_)
      return refused("a delta was accepted that was not sent");
    return receive_own(*sent_, out);
  }

  /// The same with the delta as it was broadcast. It is the one in flight, rewritten alike on both
  /// sides; only after a snapshot may they differ, and then the shown text is put right.
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

  /// A delta of another client was accepted as the next revision.
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

  /// Another client has left: it is nowhere any more.
  void forget(const Client& other) { others_.erase(other); }

  /// Nothing has happened for a while: tells the server which revision was seen, if it does not
  /// know. With a delta in flight there is nothing to tell: when that is accepted the server takes
  /// its author to have seen everything before it, and a report would come too late.
  template <class Out>
  void report(Out& out) {
    is_reporting_ = true;
    tell(out);
  }

  /// Takes the server's text at `revision` instead of the deltas since, and what became of the
  /// delta in flight by then. Whatever the server does not have stays, rewritten to come after all
  /// that differs, as if that were one foreign delta.
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
