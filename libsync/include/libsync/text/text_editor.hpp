#pragma once

/// A text that many edit at once: one editor's side.

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "libsync/outcome.hpp"
#include "libsync/result.hpp"
#include "libsync/text/compose.hpp"
#include "libsync/text/delta.hpp"
#include "libsync/text/difference.hpp"
#include "libsync/text/revision.hpp"
#include "libsync/text/selection.hpp"
#include "libsync/text/text.hpp"
#include "libsync/text/transform.hpp"

namespace libsync {

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
/// So the shown text is always the server's at `at()`, then the delta in flight, then the buffer.
/// A foreign delta is rewritten to come after both, and both to come after it; the selections of
/// the others are carried along. What is to be sent or shown is handed to `out`, in order:
///
///     out.send(const delta&, const std::optional<selections>&, revision)
///     out.report(revision)                // this much was seen
///     out.show(const delta&)              // to be applied to what the user sees
///
/// Deterministic; one thread at a time. What is refused changes nothing; an editor whose server
/// tells it something that cannot be has to take a snapshot.
template <class Client>
class text_editor {
public:
  /// Begins with the server's text at revision `at`.
  text_editor(text shown, revision at)
      : shown_(shown), confirmed_(std::move(shown)), at_(at), told_(at) {}

  /// What the user sees, and what of it the server is known to have.
  [[nodiscard]] const text& shown() const noexcept { return shown_; }
  [[nodiscard]] const text& confirmed() const noexcept { return confirmed_; }
  [[nodiscard]] revision at() const noexcept { return at_; }
  [[nodiscard]] const std::optional<delta>& sent() const noexcept { return sent_; }
  [[nodiscard]] const std::optional<delta>& buffer() const noexcept { return buffer_; }
  /// Where the others are in the shown text, of those who told it with their last delta.
  [[nodiscard]] const std::map<Client, selections>& others() const noexcept { return others_; }
  /// Where the user is in the shown text, as told with the last edit.
  [[nodiscard]] const std::optional<selections>& where() const noexcept { return where_; }
  [[nodiscard]] bool synchronised() const noexcept { return !sent_; }

  /// The user changes the shown text, and is then at `where`. Refused if the delta does not fit.
  template <class Out>
  outcome edit(const delta& change, std::optional<selections> where, Out& out) {
    auto waiting = result<delta>{change};
    if (buffer_)
      waiting = compose(*buffer_, change);
    if (!waiting)
      return refused(waiting.error());
    if (auto applied = apply_delta(shown_, change); !applied)
      return applied;
    move_others(change);
    where_ = std::move(where);
    out.show(change);
    buffer_ = *std::move(waiting);
    if (!sent_)
      send_buffer(out);
    return accepted();
  }

  /// The delta in flight was accepted as the next revision, so the buffer may follow.
  template <class Out>
  outcome receive_own(Out& out) {
    if (!sent_)
      return refused("a delta was accepted that was not sent");
    return receive_own(delta{*sent_}, out);
  }

  /// The same with the delta as it was broadcast. It is the one in flight, rewritten alike on both
  /// sides; only after a snapshot may they differ, and then the shown text is put right.
  template <class Out>
  outcome receive_own(const delta& broadcast, Out& out) {
    if (!sent_)
      return refused("a delta was accepted that was not sent");
    auto next = confirmed_;
    if (auto applied = apply_delta(next, broadcast); !applied)
      return applied;
    if (broadcast != *sent_) {
      auto believed = confirmed_;
      static_cast<void>(apply_delta(believed, *sent_)); // as it was when it was shown
      auto correction = difference(believed, next);
      rewrite(buffer_, correction);
      show(correction, out);
    }
    confirmed_ = std::move(next);
    sent_.reset();
    told_ = ++at_; // the server knows that its author has seen it
    if (buffer_)
      send_buffer(out);
    return accepted();
  }

  /// A delta of another client was accepted as the next revision.
  template <class Out>
  outcome receive(const accepted_delta<Client>& foreign, Out& out) {
    if (auto applied = apply_delta(confirmed_, foreign.change); !applied)
      return applied;
    ++at_;
    auto change = foreign.change;
    auto where = foreign.where;
    for (auto* own : {&sent_, &buffer_}) {
      if (*own && where)
        move_over(transform(change, **own, priority::left), *where);
      rewrite(*own, change);
    }
    show(change, out);
    if (where)
      others_[foreign.by] = *std::move(where);
    else
      others_.erase(foreign.by);
    return accepted();
  }

  /// Another client has left: it is nowhere any more.
  void forget(const Client& other) { others_.erase(other); }

  /// Nothing has happened for a while: tells the server which revision was seen, if it does not
  /// know. With a delta in flight there is nothing to tell: when that is accepted the server takes
  /// its author to have seen everything before it, and a report would come too late.
  template <class Out>
  void report(Out& out) {
    if (!sent_ && at_ != told_) {
      told_ = at_;
      out.report(at_);
    }
  }

  /// Takes the server's text at revision `at` instead of the deltas since, and what became of the
  /// delta in flight by then. Whatever the server does not have stays, rewritten to come after all
  /// that differs, as if that were one foreign delta.
  template <class Out>
  void resync(text snapshot, revision at, in_flight fate, Out& out) {
    if (sent_ && fate == in_flight::accepted) {
      static_cast<void>(apply_delta(confirmed_, *sent_)); // as it was when it was shown
      sent_.reset();
    }
    if (sent_ && fate == in_flight::lost) {
      buffer_ = buffer_ ? *compose(*sent_, *buffer_) : *sent_;
      sent_.reset();
    }
    auto change = difference(confirmed_, snapshot);
    rewrite(sent_, change);
    rewrite(buffer_, change);
    show(change, out);
    confirmed_ = std::move(snapshot);
    at_ = at;
    told_.reset();
    if (!sent_ && buffer_)
      send_buffer(out);
  }

private:
  // Lets `own` and a foreign delta, made for the same text, change places.
  static void rewrite(std::optional<delta>& own, delta& foreign) {
    if (!own)
      return;
    auto after = transform(*own, foreign, priority::right);
    *own = transform(foreign, *own, priority::left);
    foreign = std::move(after);
  }

  template <class Out>
  void show(const delta& change, Out& out) {
    static_cast<void>(apply_delta(shown_, change)); // it was rewritten to fit
    move_others(change);
    if (where_)
      move_over(change, *where_);
    out.show(change);
  }

  void move_others(const delta& change) {
    for (auto& [other, where] : others_)
      move_over(change, where);
  }

  template <class Out>
  void send_buffer(Out& out) {
    sent_ = std::move(*buffer_);
    buffer_.reset();
    told_ = at_;
    out.send(*sent_, where_, at_);
  }

  text shown_;
  text confirmed_;
  revision at_;
  // The revision that the server is known to take for seen; nothing where a report may be lost.
  std::optional<revision> told_;
  std::optional<delta> sent_;
  std::optional<delta> buffer_;
  std::optional<selections> where_;
  std::map<Client, selections> others_;
};

} // namespace libsync
