#pragma once

/// What an editor of a shared text shows, has sent and has heard.

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/outcome.hpp"
#include "libsync/result.hpp"
#include "libsync/text/accepted_delta.hpp"
#include "libsync/text/compose.hpp"
#include "libsync/text/delta.hpp"
#include "libsync/text/difference.hpp"
#include "libsync/text/in_flight.hpp"
#include "libsync/text/limits.hpp"
#include "libsync/text/selection.hpp"
#include "libsync/text/shared_text.hpp"
#include "libsync/text/text.hpp"
#include "libsync/text/transform.hpp"

namespace libsync::detail {

/// The texts, deltas and selections of a `text_editor`, and how each event changes them. It calls
/// nobody: what is to be shown is appended to `shows`. A call that is refused or throws changes
/// nothing.
template <class Client>
class editor_state {
public:
  editor_state(Client me, libsync::text shown, libsync::revision revision)
      : me_(std::move(me)), shown_(shown), confirmed_(std::move(shown)), revision_(revision) {}

  [[nodiscard]] const Client& me() const noexcept { return me_; }
  [[nodiscard]] const text& shown() const noexcept { return shown_; }
  [[nodiscard]] const text& confirmed() const noexcept { return confirmed_; }
  [[nodiscard]] libsync::revision revision() const noexcept { return revision_; }
  [[nodiscard]] const std::optional<delta>& sent() const noexcept { return sent_; }
  [[nodiscard]] const std::optional<delta>& buffer() const noexcept { return buffer_; }
  [[nodiscard]] const std::map<Client, selections>& others() const noexcept { return others_; }
  [[nodiscard]] const std::optional<selections>& where() const noexcept { return where_; }

  outcome edit(const delta& change, std::optional<selections> where, std::vector<delta>& shows) {
    auto waiting = buffer_ ? compose(*buffer_, change) : result<delta>{change};
    if (!waiting)
      return refused(waiting.reason());
    if (auto fits = check_limits(*waiting, 2); !fits)
      return fits;
    if (auto fits = where ? check_limits(*where) : accepted(); !fits)
      return fits;
    text_change made;
    if (auto fits = prepare_delta(shown_, change, made); !fits)
      return fits;
    shows.push_back(change);
    make_change(shown_, made); // from here on nothing throws
    move_others(change);
    where_ = std::move(where);
    buffer_ = *std::move(waiting);
    return accepted();
  }

  /// The buffer goes into flight.
  void launch() noexcept { sent_ = std::exchange(buffer_, std::nullopt); }

  /// The delta in flight was accepted as the next revision.
  outcome accept_own(const delta& broadcast, std::vector<delta>& shows) {
    if (!sent_)
      return refused("a delta was accepted that was not sent");
    if (broadcast != *sent_) {
      if (auto done = put_right(broadcast, shows); !done)
        return done;
    } else {
      text_change made;
      if (auto fits = prepare_delta(confirmed_, broadcast, made); !fits)
        return fits;
      make_change(confirmed_, made);
    }
    sent_.reset();
    ++revision_;
    return accepted();
  }

  /// A delta of somebody else was.
  outcome accept_foreign(const accepted_delta<Client>& foreign, std::vector<delta>& shows) {
    text_change confirmed;
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
    if (next.where && !next.where->empty())
      fresh.emplace(foreign.by, *std::move(next.where));
    shows.push_back(std::move(next.change));
    make_change(confirmed_, confirmed); // from here on nothing throws
    ++revision_;
    sent_ = std::move(next.sent);
    show(next, shows.back());
    others_.erase(foreign.by);
    others_.merge(fresh);
    return accepted();
  }

  /// The server's text is `snapshot`, and the delta in flight has that fate. The selections are
  /// those in `members`, if that is not null, else they stay where they were.
  void replace(text snapshot, libsync::revision revision, in_flight fate,
               const shared_text<Client>* members, std::vector<delta>& shows) {
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
    std::optional<std::map<Client, selections>> others;
    if (members != nullptr)
      others = others_in(*members, next.sent, next.buffer);
    shows.push_back(std::move(next.change));
    confirmed_ = std::move(snapshot); // from here on nothing throws
    revision_ = revision;
    sent_ = std::move(next.sent);
    show(next, shows.back());
    if (others)
      others_.swap(*others);
  }

  void forget(const Client& other) { others_.erase(other); }

  /// Takes the selections of all members.
  void take_others(const shared_text<Client>& now) { others_ = others_in(now, sent_, buffer_); }

private:
  // What a call makes of the editor, aside: the change that is shown, rewritten from its text on
  // the server to what the user sees, and where its author is in that.
  struct draft {
    delta change;
    std::optional<selections> where;
    std::optional<delta> sent;
    std::optional<delta> buffer;
    text_change shown;
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

  // Changes what the user sees by `change`.
  void show(draft& next, const delta& change) noexcept {
    make_change(shown_, next.shown);
    buffer_ = std::move(next.buffer);
    move_others(change);
    if (where_)
      move_over(change, *where_);
  }

  outcome put_right(const delta& broadcast, std::vector<delta>& shows) {
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
    shows.push_back(std::move(next.change));
    confirmed_ = std::move(now);
    show(next, shows.back());
    return accepted();
  }

  // The selections of all members but this one, moved over what they have not seen.
  std::map<Client, selections> others_in(const shared_text<Client>& now,
                                         const std::optional<delta>& sent,
                                         const std::optional<delta>& buffer) const {
    std::map<Client, selections> all;
    for (const auto& one : now.members()) {
      if (one.client == me_ || one.where.empty())
        continue;
      auto& where = all.emplace_hint(all.end(), one.client, one.where)->second;
      for (const auto* own : {&sent, &buffer})
        if (*own)
          move_over(**own, where);
    }
    return all;
  }

  void move_others(const delta& change) noexcept {
    for (auto& [other, where] : others_)
      move_over(change, where);
  }

  Client me_;
  text shown_;
  text confirmed_;
  libsync::revision revision_;
  std::optional<delta> sent_;
  std::optional<delta> buffer_;
  std::optional<selections> where_;
  std::map<Client, selections> others_;
};

} // namespace libsync::detail
