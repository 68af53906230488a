#pragma once

/// Tells a journal what a sequencer decides, and a sequencer what a journal has.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "libsync/detail/server/insides.hpp"
#include "libsync/detail/server/submission_window.hpp"
#include "libsync/effects.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/receipt.hpp"
#include "libsync/sequencer.hpp"
#include "libsync/stored_state.hpp"

namespace libsync::detail {

/// Returns a reply in which nothing that was accepted after `last` is so any more.
inline reply taken_back(const reply& told, version last, const receipt& instead) {
  reply next{told.to, told.epoch, std::min(told.before, last), told.first, told.count, {}};
  auto listed = told.verdicts.begin();
  version made = told.before;
  for (auto number = told.first; number != told.end();) {
    const bool is_listed = listed != told.verdicts.end() && listed->number == number;
    const receipt what = is_listed ? listed->what : receipt::accepted(++made);
    const std::size_t count = is_listed ? (listed++)->count : 1;
    const bool is_gone = what.is_accepted() && what.version > last;
    if (is_gone || is_listed)
      next.add(number, is_gone ? instead : what, count);
    number += count;
  }
  return next;
}

/// Returns whether a reply speaks of an accepted version after `from`, and up to `to`.
inline bool accepts_some(const reply& told, version from, version to) noexcept {
  return std::max(told.before, from) < std::min(told.last(), to);
}

/// Gathers the records of a sequencer. It looks at the sequencer when no batch is pending, so that
/// a record says neither more nor less of a client than of the data.
template <class Data, class Route>
class recorder {
public:
  using order = sequencer<Data, Route>;

  /// Puts a sequencer that has decided nothing into what was stored.
  void restore(order& it, stored_state<Data> from) {
    auto& members = insides::delivery(it).members();
    for (const auto& [id, one] : from.clients) {
      members.remember({id, one.next, one.last});
      insides::judge(it).known().note(id, one.identity);
    }
    members.give_ids_after(from.last_client);
    replace(it, std::move(from));
  }

  /// What was decided after `possible` is surely not written, and will be taken back. Whoever has
  /// submitted it, and nothing of what may be written since `written`, is told so, by
  /// `tell(route, reply)`. If that throws, this may be called again.
  template <class Tell>
  void refuse(order& it, version written, version possible, const receipt& instead, Tell tell) {
    for (auto& one : insides::delivery(it).members()) {
      auto& last = one.window.last;
      if (last.last() <= written || accepts_some(last, written, possible))
        continue;
      auto next = taken_back(last, written, instead);
      if (!one.suspended) // else it hears when it joins again
        tell(one.route, next);
      last = std::move(next);
    }
  }

  /// What was decided after `to` is not written, and nobody has heard of it. It is taken back, and
  /// its submitters get the receipt `instead`. All members join again: `suspend(route, suspended)`
  /// tells them. If this throws, it may be
  /// called again; until then the sequencer must decide nothing.
  template <class Suspend>
  void roll_back(order& it, stored_state<Data> to, const receipt& instead, Suspend suspend) {
    auto& delivery = insides::delivery(it);
    delivery.members().for_each_window([&](submission_window& window) {
      if (window.last.last() > to.version || window.last.epoch != to.epoch)
        window.last = taken_back(window.last, to.version, instead);
      window.last.epoch = to.epoch;
    });
    const suspended notice{to.epoch};
    replace(it, std::move(to));
    insides::forget_flush(it);
    delivery.forget_what_was_sent();
    for (auto& one : delivery.members()) {
      one.suspended = true; // what it was told before may have been taken back, too
      suspend(one.route, notice);
    }
  }

  /// Returns the request to which a member was sent that welcome; nothing if it has left.
  [[nodiscard]] static std::optional<join_request> request_of(order& it, const Route& route,
                                                              const welcome<Data>& sent) {
    const auto* member = insides::delivery(it).members().find(route);
    if (member == nullptr)
      return std::nullopt;
    join_request asked{.known = member->id(), .epoch = it.epoch()};
    asked.attempt = sent.attempt;
    asked.is_viewer = member->is_viewer;
    asked.identity = insides::judge(it).known().of(member->id());
    return asked;
  }

  /// The next record shall have this batch, which was cut.
  void note(batch_ptr<Data> sent) {
    for (const auto& part : sent->runs)
      note(part.by);
    next_.batches.push_back(std::move(sent));
  }
  /// ... what is remembered of that client.
  void note(client_id who) {
    if (who == client_id::server)
      return;
    clients_.insert(who);
    next_.told_again.erase(who);
  }
  /// ... and that an effect is done.
  void note_done(const effect_key& key) {
    if (key.version <= version_)
      next_.effects.insert_or_assign(key, std::nullopt);
    has_news_ = true;
  }

  /// Adds to the record what has happened since the last time, and the data if they are wanted. A
  /// new epoch always has them. Returns whether there is anything to be written.
  bool gather(order& it, bool with_data) {
    const auto& accepted = insides::ledger(it).accepted();
    if (accepted.has_pending())
      return false;
    const bool begins = it.epoch() != epoch_;
    if (!begins && !with_data && !has_news(it))
      return has_record_;
    if (begins || with_data || next_.data) // a record that grows has the data of its version, too
      note_all(it, begins);
    for (const auto& id : clients_)
      add_client(it, id);
    add_effects(it);
    add_timers(it);
    next_.epoch = epoch_ = it.epoch();
    next_.version = version_ = it.version();
    next_.own = insides::own(it);
    next_.latest = accepted.latest();
    clients_.clear();
    has_news_ = false;
    has_record_ = true;
    return true;
  }

  /// The same, also if there is no news.
  void gather_anyway(order& it) {
    has_news_ = true;
    gather(it, false);
  }

  [[nodiscard]] bool has_record() const noexcept { return has_record_; }

  /// Whether the record that gathers begins an epoch.
  [[nodiscard]] bool begins_epoch() const noexcept { return has_record_ && next_.begins_epoch; }

  /// Takes what was gathered.
  [[nodiscard]] journal_record<Data> take() {
    has_record_ = false;
    return std::exchange(next_, {});
  }

private:
  void replace(order& it, stored_state<Data> with) {
    it.timers().restore(with.timers);
    insides::own(it) = with.own;
    const auto epoch = with.epoch;
    const auto version = with.version;
    insides::ledger(it).restore(std::move(with));
    next_ = {};
    clients_.clear();
    has_record_ = has_news_ = false;
    epoch_ = epoch;
    version_ = version;
    timers_.clear();
    it.timers().for_each([&](std::uint64_t number, const auto&...) { timers_.insert(number); });
    timer_changes_ = it.timers().changes();
  }

  [[nodiscard]] bool has_news(order& it) const noexcept {
    return has_news_ || !next_.batches.empty() || !clients_.empty() ||
           it.timers().changes() != timer_changes_;
  }

  // All that there is, beside which nothing earlier is needed.
  void note_all(order& it, bool begins) {
    if (begins)
      next_ = {};
    next_.begins_epoch = next_.begins_epoch || begins;
    next_.data = it.read().data;
    for (const auto& [id, one] : next_.clients)
      if (!next_.told_again.contains(id))
        clients_.insert(id);
    next_.clients.clear();
    next_.told_again.clear();
    next_.timers.clear();
    next_.effects.clear();
    timers_.clear();
    timer_changes_ = it.timers().changes() - 1;
    version_ = 0;
    insides::delivery(it).members().for_each_window([&](const submission_window& window) {
      if (clients_.insert(window.by).second)
        next_.told_again.insert(window.by);
    });
  }

  void add_client(order& it, client_id id) {
    if (const auto* window = insides::delivery(it).members().window_of(id))
      next_.clients.insert_or_assign(
          id, stored_client<Data>{window->next, window->last, insides::judge(it).known().of(id)});
  }

  void add_effects(order& it) {
    insides::ledger(it).waiting_effects().for_each_after(
        version_, [&](const effect_key& key, const auto& what) {
          next_.effects.insert_or_assign(key, what);
        });
  }

  // Compares, so that what a timer does needs no memory of what a journal knows.
  void add_timers(order& it) {
    if (it.timers().changes() == timer_changes_)
      return;
    std::set<std::uint64_t> now;
    it.timers().for_each([&](std::uint64_t number, const std::string& name, timestamp time,
                             const typename Data::operation& op) {
      now.insert(number);
      if (!timers_.contains(number))
        next_.timers.insert_or_assign(number, stored_timer<Data>{name, time, op});
    });
    for (const auto number : timers_)
      if (!now.contains(number))
        next_.timers.insert_or_assign(number, std::nullopt);
    timers_ = std::move(now);
    timer_changes_ = it.timers().changes();
  }

  journal_record<Data> next_;
  std::set<client_id> clients_; // of which the next record shall tell
  bool has_news_ = false;
  bool has_record_ = false;
  // What was gathered last.
  epoch_id epoch_ = epoch_id::none;
  version version_ = 0;
  std::set<std::uint64_t> timers_;
  std::uint64_t timer_changes_ = 0;
};

} // namespace libsync::detail
