#pragma once

/// A text that many edit at once: the server's side.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "libsync/detail/fifo.hpp"
#include "libsync/outcome.hpp"
#include "libsync/text/accepted_delta.hpp"
#include "libsync/text/delta.hpp"
#include "libsync/text/limits.hpp"
#include "libsync/text/selection.hpp"
#include "libsync/text/text.hpp"
#include "libsync/text/transform.hpp"

namespace libsync {

/// A text with its revision, the deltas that a client may not have seen yet, and the revision that
/// each client has seen. Each accepted delta makes the next revision. An editor sends a delta with
/// the revision for which it was made. The text rewrites it to come after the deltas that were
/// accepted since. Who joins is a *member*. Only members have selections.
///
/// A shared text is a part of the data, and is copied, compared and changed by operations like any
/// other part. A call that is refused, or throws for lack of memory, changes nothing. `Client` is
/// an ordered value that names a client, and is compared and moved without throwing. `text_limits`
/// bounds what clients may send, and what the text keeps for them. A client that is further behind
/// is refused, and has to take a snapshot.
template <class Client>
class shared_text {
  static_assert(std::is_nothrow_move_constructible_v<Client> &&
                    std::is_nothrow_move_assignable_v<Client>,
                "libsync: the name of a client must not throw when it is moved");

public:
  static constexpr std::size_t most_kept = text_limits::kept_deltas;
  static constexpr bool throws_cleanly = true;

  /// The server's record of a client.
  struct member {
    Client client{};
    libsync::revision seen = 0;
    /// The client's selections, as it sent them with its last delta, moved over all deltas since.
    selections where;

    friend bool operator==(const member&, const member&) = default;
  };

  shared_text() = default;
  explicit shared_text(libsync::text initial) : text_(std::move(initial)) {}

  [[nodiscard]] const libsync::text& text() const noexcept { return text_; }
  [[nodiscard]] libsync::revision revision() const noexcept { return revision_; }
  /// The last accepted deltas, oldest first: those that a member may not have seen, and always the
  /// last `text_limits::kept_for_all`.
  [[nodiscard]] std::span<const accepted_delta<Client>> kept() const noexcept {
    return kept_.all();
  }
  /// Returns how many of the last deltas a member may not have seen.
  [[nodiscard]] std::size_t unseen() const noexcept {
    return std::min(kept_.size(), static_cast<std::size_t>(revision_ - lowest_seen()));
  }
  /// By ascending client.
  [[nodiscard]] const std::vector<member>& members() const noexcept { return members_; }
  /// The last accepted delta; null at revision 0.
  [[nodiscard]] const accepted_delta<Client>* latest() const noexcept {
    return kept_.empty() ? nullptr : &kept_.all().back();
  }

  /// Calls `visit(const accepted_delta&)` for each delta that was accepted after revision `known`,
  /// in order. Refused if there is no such revision, or if it is older than what is kept.
  template <class Visit>
  outcome for_each_since(libsync::revision known, Visit visit) const {
    if (auto there = check_known(known, nullptr); !there)
      return there;
    for (const auto& next : after(known))
      visit(next);
    return accepted();
  }

  /// Adds a client, which has seen the current revision. Refused if it has joined already, or if
  /// there are too many.
  outcome join(const Client& who) {
    const auto place = lower_bound(who);
    if (place != members_.end() && place->client == who)
      return refused("the client has joined already");
    if (auto fits = detail::check_limit("with this client the members would be ",
                                        members_.size() + 1, text_limits::members);
        !fits)
      return fits;
    members_.insert(place, member{who, revision_, {}});
    return accepted();
  }

  /// Forgets a client, and its selections.
  outcome leave(const Client& who) {
    const auto place = lower_bound(who);
    if (place == members_.end() || place->client != who)
      return not_joined();
    members_.erase(place);
    for (auto& one : kept_.all())
      if (one.by == who)
        one.where.reset();
    prune();
    return accepted();
  }

  /// Notes the revision that a client has seen. Refused if the client has seen a later one already.
  outcome report(const Client& who, libsync::revision seen) {
    auto* reporter = find(who);
    if (reporter == nullptr)
      return not_joined();
    if (auto known = check_known(seen, reporter); !known)
      return known;
    reporter->seen = seen;
    prune();
    return accepted();
  }

  /// Accepts a delta that was made for revision `made_for`. `where` has its author's selections
  /// after it. A client that has not joined may send a delta for the current revision only, and its
  /// selections are dropped, since nobody would hear when it leaves.
  outcome submit(const Client& who, const delta& change, std::optional<selections> where,
                 libsync::revision made_for) {
    auto* author = find(who);
    if (author == nullptr && made_for != revision_)
      return not_joined();
    if (auto known = check_known(made_for, author); !known)
      return known;
    if (auto fits = detail::check_limits(change); !fits)
      return fits;
    if (auto fits = where ? detail::check_limits(*where) : accepted(); !fits)
      return fits;
    if (author == nullptr)
      where.reset();
    accepted_delta<Client> next{revision_ + 1, who, change, std::move(where)};
    for (const auto& over : after(made_for))
      if (auto fits = rewrite(next, over.change); !fits)
        return fits;
    detail::text_change made;
    if (auto fits = prepare_delta(text_, next.change, made); !fits)
      return fits;
    auto now_at = next.where.value_or(selections{});
    kept_.push(std::move(next));
    make_change(text_, made); // from here on nothing throws
    note_latest(std::move(now_at), author);
    return accepted();
  }

  friend bool operator==(const shared_text&, const shared_text&) = default;

private:
  static outcome not_joined() { return refused("the client has not joined"); }

  auto lower_bound(const Client& who) {
    return std::lower_bound(members_.begin(), members_.end(), who,
                            [](const member& one, const Client& key) { return one.client < key; });
  }

  member* find(const Client& who) {
    const auto place = lower_bound(who);
    return place != members_.end() && place->client == who ? &*place : nullptr;
  }

  outcome check_known(libsync::revision claimed, const member* by) const {
    if (auto there = check_reached(claimed); !there)
      return there;
    if (by != nullptr && claimed < by->seen)
      return refused("revision " + std::to_string(claimed) + " lies before " +
                     std::to_string(by->seen) + ", which the client has seen already");
    return check_kept(claimed);
  }

  [[nodiscard]] outcome check_reached(libsync::revision claimed) const {
    if (claimed < 0 || claimed > revision_)
      return refused("revision " + std::to_string(claimed) + " is not one of 0 to " +
                     std::to_string(revision_));
    return accepted();
  }

  [[nodiscard]] outcome check_kept(libsync::revision claimed) const {
    if (const auto oldest = revision_ - static_cast<libsync::revision>(kept_.size());
        claimed < oldest)
      return refused("revision " + std::to_string(claimed) + " is too old: deltas are kept from " +
                     std::to_string(oldest) + " on");
    return accepted();
  }

  // Lets a delta come after one that its author had not seen.
  static outcome rewrite(accepted_delta<Client>& next, const delta& over) {
    try {
      if (next.where)
        move_over(transform(next.change, over, priority::right), *next.where);
      next.change = transform(over, std::move(next.change), priority::left);
      return accepted();
    } catch (const std::length_error& error) {
      return refused(error.what());
    }
  }

  // The delta that was pushed last has changed the text.
  void note_latest(selections&& now_at, member* author) noexcept {
    const auto& change = kept_.all().back().change;
    for (auto& one : members_)
      move_over(change, one.where);
    kept_bytes_ += size_of(change);
    ++revision_;
    if (author != nullptr) {
      author->where = std::move(now_at);
      author->seen = revision_;
    }
    prune();
  }

  [[nodiscard]] libsync::revision lowest_seen() const noexcept {
    auto lowest = revision_;
    for (const auto& one : members_)
      lowest = std::min(lowest, one.seen);
    return lowest;
  }

  // The latest one stays, however large it is.
  void prune() noexcept {
    const auto wanted =
        std::max(text_limits::kept_for_all, static_cast<std::size_t>(revision_ - lowest_seen()));
    while (kept_.size() > std::min(wanted, text_limits::kept_deltas) ||
           (kept_bytes_ > text_limits::kept_bytes && kept_.size() > 1)) {
      kept_bytes_ -= size_of(kept_.front().change);
      kept_.pop();
    }
  }

  // Those after revision `known`, which is not older than what is kept.
  [[nodiscard]] auto after(libsync::revision known) const noexcept {
    return kept_.all().last(static_cast<std::size_t>(revision_ - known));
  }

  libsync::text text_;
  libsync::revision revision_ = 0;
  detail::fifo<accepted_delta<Client>> kept_; // empty in most of many texts
  std::size_t kept_bytes_ = 0;
  std::vector<member> members_;
};

} // namespace libsync
