#pragma once

/// A text that many edit at once: one editor's side.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libsync/detail/outermost.hpp"
#include "libsync/outcome.hpp"
#include "libsync/text/accepted_delta.hpp"
#include "libsync/text/delta.hpp"
#include "libsync/text/detail/editor_state.hpp"
#include "libsync/text/in_flight.hpp"
#include "libsync/text/selection.hpp"
#include "libsync/text/shared_text.hpp"
#include "libsync/text/text.hpp"

namespace libsync {

/// A sink of `text_editor`. The documentation of `text_editor` says what each call means.
template <class Out>
concept text_editor_sink = requires(Out& out, const delta& change,
                                    const std::optional<selections>& where, revision seen) {
  out.show(change);
  out.send(change, where, seen);
  out.report(seen);
};

/// An editor shows each edit at once, and sends one delta at a time. It is
///
/// - synchronised: it shows the text of the revision that it knows;
/// - or in flight: one delta is sent and not yet accepted;
/// - or in flight with a buffer: the edits made since, composed to one delta, wait.
///
/// So the shown text is always the server's text of `revision()`, with the delta in flight and then
/// the buffer applied. A foreign delta is rewritten to come after both, and both are rewritten to
/// come after it. The selections of the others move along.
///
/// It hears what the server has accepted by `follow`, from a copy of the server's `shared_text`
/// after each operation or transaction; or delta by delta by `receive`, over a connection of the
/// user's own. A delta that comes twice, late or with a gap before it is refused.
///
/// The editor hands everything that must be sent or shown to `out`:
///
///     out.show(const delta&)              // to be applied to what the user sees, own edits too
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
  /// The editor of `me` begins with the server's text at `revision`.
  text_editor(Client me, text shown, libsync::revision revision)
      : state_(std::move(me), std::move(shown), revision), told_(revision) {}

  /// The same with the selections of all members.
  text_editor(Client me, const shared_text<Client>& now)
      : text_editor(std::move(me), now.text(), now.revision()) {
    state_.take_others(now);
  }

  [[nodiscard]] const Client& me() const noexcept { return state_.me(); }
  /// The text that the user sees, and the text that the server is known to have.
  [[nodiscard]] const text& shown() const noexcept { return state_.shown(); }
  [[nodiscard]] const text& confirmed() const noexcept { return state_.confirmed(); }
  [[nodiscard]] libsync::revision revision() const noexcept { return state_.revision(); }
  [[nodiscard]] const std::optional<delta>& sent() const noexcept { return state_.sent(); }
  [[nodiscard]] const std::optional<delta>& buffer() const noexcept { return state_.buffer(); }
  /// The selections of the other members in the shown text, as they sent them with their last
  /// delta.
  [[nodiscard]] const std::map<Client, selections>& others() const noexcept {
    return state_.others();
  }
  /// The user's selections in the shown text, as given with the last edit.
  [[nodiscard]] const std::optional<selections>& where() const noexcept { return state_.where(); }
  [[nodiscard]] bool synchronised() const noexcept { return !sent() && !buffer(); }

  /// Changes the shown text by an edit of the user, whose selections are then `where`. Refused if
  /// the delta does not fit, or if it and the buffer together would exceed half of `text_limits`.
  /// (A delta may grow when it is rewritten.)
  template <class Out>
  outcome edit(const delta& change, std::optional<selections> where, Out& out) {
    return tell_if(state_.edit(change, std::move(where), shows_), out);
  }

  /// Goes on to the server's text as it is now, by all deltas that were accepted since
  /// `revision()`, and takes the selections of all members. Refused if the text lies behind, or no
  /// longer keeps a delta of these: then `resync` helps. What was followed until then stays.
  template <class Out>
  outcome follow(const shared_text<Client>& now, Out& out) {
    std::vector<accepted_delta<Client>> missed; // copies, because `out` may change the text
    if (auto there =
            now.for_each_since(revision(), [&](const auto& one) { missed.push_back(one); });
        !there)
      return there;
    for (const auto& next : missed)
      if (next.revision > revision()) // else `out` has made it hear of that one already
        if (auto done = receive(next, out); !done)
          return done;
    if (revision() == now.revision())
      state_.take_others(now);
    return accepted();
  }

  /// Notes a delta that was accepted as the next revision: the one in flight, or one of another
  /// client, which is shown. Both sides rewrite a delta alike, so its own equals the one in flight.
  /// Only after a snapshot may they differ, and then the editor corrects the shown text.
  template <class Out>
  outcome receive(const accepted_delta<Client>& next, Out& out) {
    if (next.revision != revision() + 1)
      return refused("expected the delta of revision " + std::to_string(revision() + 1) +
                     ", found that of " + std::to_string(next.revision) +
                     (next.revision <= revision() ? ", which is known already" : ""));
    if (next.by != me())
      return tell_if(state_.accept_foreign(next, shows_), out);
    auto done = state_.accept_own(next.change, shows_);
    if (done)
      told_ = revision(); // the server knows that its author has seen it
    return tell_if(std::move(done), out);
  }

  /// Forgets the selections of another client, which has left.
  void forget(const Client& other) { state_.forget(other); }

  /// Tells the server which revision was seen, if the server does not know it. Call this when
  /// nothing has happened for a while. With a delta in flight it tells nothing. When that delta is
  /// accepted, the server knows that its author has seen everything before it, and a report would
  /// come too late.
  template <class Out>
  void report(Out& out) {
    is_reporting_ = true;
    tell(out);
  }

  /// Takes the server's text as it is now instead of the deltas since, and the selections of all
  /// members. `fate` says what became of the delta in flight by then. Edits that the server does
  /// not have stay. They are rewritten to come after the difference, as if that were one foreign
  /// delta.
  template <class Out>
  void resync(const shared_text<Client>& now, in_flight fate, Out& out) {
    replace(now.text(), now.revision(), fate, &now, out);
  }

  /// The same with a text of `revision`. The selections of the others stay where they were.
  template <class Out>
  void resync(text snapshot, libsync::revision revision, in_flight fate, Out& out) {
    replace(std::move(snapshot), revision, fate, nullptr, out);
  }

private:
  template <class Out>
  void replace(text snapshot, libsync::revision revision, in_flight fate,
               const shared_text<Client>* members, Out& out) {
    state_.replace(std::move(snapshot), revision, fate, members, shows_);
    told_.reset();
    tell(out);
  }

  template <class Out>
  outcome tell_if(outcome done, Out& out) {
    if (done)
      tell(out);
    return done;
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
    } else if (!sent() && buffer()) {
      const auto change = *buffer();
      const auto place = where();
      state_.launch();
      told_ = revision();
      out.send(change, place, revision());
    } else if (std::exchange(is_reporting_, false)) {
      if (sent() || revision() == told_)
        return true;
      told_ = revision();
      out.report(revision());
    } else {
      return false;
    }
    return true;
  }

  detail::editor_state<Client> state_;
  // The revision that the server is known to take for seen; nothing where a report may be lost.
  std::optional<libsync::revision> told_;
  // What is not told yet; the buffer that waits for nothing is neither.
  std::vector<delta> shows_;
  bool is_reporting_ = false;
  detail::outermost telling_;
};

} // namespace libsync
