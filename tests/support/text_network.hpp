#pragma once

/// A server and several editors of one text, with messages between them that take their time; what
/// happens is chosen by a row of bytes. Every step is checked. Messages come twice, late, with a
/// gap before them, from somebody who has left, and from somebody who has never joined. Editors may
/// be interrupted: at a callback that is chosen something else is done with the editor that calls.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/text/shared_text.hpp"
#include "libsync/text/text_editor.hpp"
#include "support/choices.hpp"
#include "support/deltas.hpp"
#include "support/interruption.hpp"
#include "support/require.hpp"

class text_network {
public:
  text_network(choices& by, std::size_t editors, interruption& interrupt)
      : by_(by), interrupt_(interrupt), server_(by.text(12)), texts_{server_.text()} {
    for (std::size_t i = 0; i < editors; ++i)
      enter(i);
  }

  /// Takes steps until the choices are used up, lets everything arrive, and checks the end. Throws
  /// `simulation::broken`.
  void run() {
    while (by_.left()) {
      step(*clients_[by_.below(clients_.size())]);
      for (const auto& one : clients_)
        check(*one);
    }
    drain();
    check_end();
  }

  [[nodiscard]] std::size_t resyncs() const { return resyncs_; }
  [[nodiscard]] std::size_t refusals() const { return refusals_; }
  [[nodiscard]] std::size_t repeats() const { return repeats_; }
  /// Deltas that came late, and those of nobody that were accepted.
  [[nodiscard]] std::size_t late() const { return late_; }
  [[nodiscard]] std::size_t foreign() const { return foreign_; }
  [[nodiscard]] libsync::revision revision() const { return server_.revision(); }

private:
  using accepted_delta = libsync::accepted_delta<std::size_t>;
  struct submission {
    std::size_t number;
    libsync::delta change;
    std::optional<libsync::selections> where;
    libsync::revision made_for;
  };
  using upward = std::variant<submission, libsync::revision>;
  struct refusal {};
  struct departure {
    std::size_t name;
  };
  struct client {
    client(text_network& in, std::size_t name) : in(in), name(name), editor(name, in.server_) {}

    void send(const libsync::delta& what, const std::optional<libsync::selections>& where,
              libsync::revision revision) {
      up.emplace_back(submission{++sent, what, where, revision});
      in.called_by(*this);
    }
    void report(libsync::revision revision) {
      up.emplace_back(revision);
      in.called_by(*this);
    }
    void show(const libsync::delta& change) {
      widget = after(widget, change);
      in.called_by(*this);
    }

    text_network& in;
    std::size_t name;
    libsync::text_editor<std::size_t> editor;
    libsync::text widget = editor.shown();
    std::size_t sent = 0;
    // What the server remembers of this one.
    std::size_t decided = 0;
    bool was_accepted = false;
    std::deque<upward> up;
    std::deque<std::variant<accepted_delta, refusal, departure>> down;
  };

  void enter(std::size_t place) {
    require_accepted(server_.join(++names_));
    auto joined = std::make_unique<client>(*this, names_);
    check_others(*joined, true);
    if (place == clients_.size())
      clients_.push_back(std::move(joined));
    else
      clients_[place] = std::move(joined);
  }

  void step(client& who) {
    const auto what = by_.below(16);
    if (what < 5)
      return edit(who);
    if (what < 9)
      return deliver_up(who);
    if (what < 13)
      return deliver_down(who);
    if (what == 13)
      return who.editor.report(who);
    const auto which = by_.below(what == 14 ? 3 : 2);
    if (what == 15)
      return which == 0 ? resync(who, by_.below(2) == 0) : replace(who);
    return which == 0 ? follow(who) : which == 1 ? deliver_out_of_turn(who) : deliver_from_nobody();
  }

  void called_by(client& who) {
    if (!by_.left())
      return; // else there would be no end
    interrupt_([&] {
      switch (by_.below(5)) {
      case 0:
        return edit(who);
      case 1:
        return who.editor.report(who);
      case 2:
        return follow(who);
      case 3:
        return resync(who, by_.below(2) == 0);
      default:
        return deliver_down(who);
      }
    });
  }

  void edit(client& who) {
    const auto change = by_.delta(who.editor.shown(), 3);
    const auto size = after(who.editor.shown(), change).size();
    std::optional<libsync::selections> where;
    if (const auto cursors = by_.below(4); cursors != 0)
      where.emplace(cursors - 1, libsync::selection{by_.below(size + 1), by_.below(size + 1)});
    require_accepted(who.editor.edit(change, std::move(where), who));
  }

  void deliver_up(client& who) {
    if (who.up.empty())
      return;
    const auto message = std::move(who.up.front());
    who.up.pop_front();
    if (const auto* seen = std::get_if<libsync::revision>(&message))
      return require_accepted(server_.report(who.name, *seen));
    const auto& submitted = std::get<submission>(message);
    // Whoever owns the text may have reasons of its own.
    const auto done = by_.below(16) == 15 ? libsync::refused("not now")
                                          : server_.submit(who.name, submitted.change,
                                                           submitted.where, submitted.made_for);
    who.decided = submitted.number;
    who.was_accepted = done.accepted();
    if (!done)
      return who.down.push_back(refusal{});
    broadcast();
    if (by_.below(4) != 3)
      return;
    ++repeats_;
    simulation::require(
        !server_.submit(who.name, submitted.change, submitted.where, submitted.made_for),
        "a delta is accepted twice");
  }

  // A message of somebody who has left, or else a delta of somebody who has never joined.
  void deliver_from_nobody() {
    if (left_behind_.empty())
      return submit_from_nobody(0, {0, by_.delta(server_.text(), 3), {}, server_.revision()});
    const auto [name, message] = std::move(left_behind_.front());
    left_behind_.pop_front();
    ++late_;
    if (const auto* seen = std::get_if<libsync::revision>(&message))
      return simulation::require(!server_.report(name, *seen), "somebody who has left reports");
    submit_from_nobody(name, std::get<submission>(message));
  }

  void submit_from_nobody(std::size_t name, const submission& what) {
    const bool is_current = what.made_for == server_.revision();
    const auto done = server_.submit(name, what.change, libsync::selections{{0, 0}}, what.made_for);
    simulation::require(done.accepted() == is_current,
                        "only a delta for the text as it is may come from nobody");
    if (!done)
      return;
    ++foreign_;
    simulation::require(!server_.latest()->where, "a delta of nobody brings a cursor");
    broadcast();
  }

  void broadcast() {
    texts_.push_back(server_.text());
    for (const auto& one : clients_)
      one->down.push_back(*server_.latest());
  }

  void deliver_down(client& who) {
    if (who.down.empty())
      return;
    const auto message = std::move(who.down.front());
    who.down.pop_front();
    if (const auto* accepted = std::get_if<accepted_delta>(&message)) {
      const bool late = accepted->revision <= who.editor.revision(); // it was followed already
      simulation::require(who.editor.receive(*accepted, who).accepted() == !late,
                          "a delta is not received in its turn, or out of turn");
    } else if (const auto* gone = std::get_if<departure>(&message)) {
      who.editor.forget(gone->name);
    } else {
      ++refusals_;
      resync(who, false);
    }
  }

  // What comes twice, late or too early changes nothing.
  void deliver_out_of_turn(client& who) {
    if (server_.kept().empty())
      return;
    const auto& one = server_.kept()[by_.below(server_.kept().size())];
    if (one.revision == who.editor.revision() + 1)
      return;
    const auto shown = who.editor.shown();
    simulation::require(!who.editor.receive(one, who), "a delta is received out of turn");
    simulation::require(who.editor.shown() == shown, "what was refused has changed something");
  }

  // From the data instead of by messages, where these come late.
  void follow(client& who) {
    const auto first = server_.revision() - static_cast<libsync::revision>(server_.kept().size());
    const bool is_kept = who.editor.revision() >= first;
    const auto revision = server_.revision();
    simulation::require(who.editor.follow(server_, who).accepted() == is_kept,
                        "an editor does not follow what is kept");
    if (is_kept && who.editor.revision() == revision && server_.revision() == revision)
      check_others(who, who.editor.synchronised());
  }

  // There is a cursor of each other member that has sent one, and of nobody else. They may be at
  // other places than on the server if the editor has moved them over deltas in another order.
  void check_others(const client& who, bool at_same_places) const {
    std::map<std::size_t, libsync::selections> expected;
    for (const auto& one : server_.members())
      if (one.client != who.name && !one.where.empty())
        expected.emplace(one.client, one.where);
    const auto& found = who.editor.others();
    for (const auto& [other, where] : found)
      simulation::require(expected.contains(other), "a cursor is that of nobody");
    simulation::require(found.size() == expected.size(), "a cursor is missing");
    simulation::require(!at_same_places || found == expected, "a cursor is at another place");
  }

  // What was on its way down is lost, and, if the link was cut, what was on its way up.
  void resync(client& who, bool cut) {
    ++resyncs_;
    who.down.clear();
    if (cut)
      who.up.clear();
    const auto fate = who.decided != who.sent
                          ? cut ? libsync::in_flight::lost : libsync::in_flight::undecided
                      : who.was_accepted ? libsync::in_flight::accepted
                                         : libsync::in_flight::lost;
    if (cut)
      who.decided = who.sent;
    who.editor.resync(server_, fate, who);
  }

  // Somebody leaves, and somebody else comes. What was on its way up may arrive later.
  void replace(client& who) {
    require_accepted(server_.leave(who.name));
    for (auto& message : who.up)
      left_behind_.emplace_back(who.name, std::move(message));
    for (const auto& one : clients_)
      one->down.emplace_back(departure{who.name});
    for (std::size_t i = 0; i < clients_.size(); ++i)
      if (clients_[i].get() == &who)
        return enter(i);
  }

  void check(const client& who) const {
    const auto& editor = who.editor;
    auto shown = editor.confirmed();
    for (const auto& own : {editor.sent(), editor.buffer()})
      if (own)
        shown = after(std::move(shown), *own);
    using simulation::require;
    require(shown == editor.shown(), "an editor does not show what it holds");
    require(who.widget == editor.shown(), "an editor was not told of all that it shows");
    require(editor.confirmed() == texts_.at(static_cast<std::size_t>(editor.revision())),
            "an editor holds another text for its revision");
    require(!editor.buffer() || editor.sent(), "a buffer waits for nothing");
    for (const auto& [other, where] : editor.others())
      for (const auto& one : where)
        require(one.anchor <= editor.shown().size() && one.head <= editor.shown().size(),
                "somebody is shown beyond the end of the text");
    if (who.down.empty() && editor.revision() == server_.revision())
      check_others(who, false);
  }

  void drain() {
    for (bool moved = true; std::exchange(moved, false);)
      for (const auto& one : clients_)
        while (!one->up.empty() || !one->down.empty()) {
          deliver_up(*one);
          deliver_down(*one);
          moved = true;
        }
  }

  void check_end() {
    using simulation::require;
    for (const auto& one : clients_) {
      check(*one);
      require(one->editor.synchronised(), "an editor waits at the end");
      require(one->editor.revision() == server_.revision(), "an editor stays behind");
      require(one->editor.shown() == server_.text(), "the texts differ at the end");
      one->editor.report(*one);
    }
    drain();
    require(server_.unseen() == 0, "all have told what they have seen, and it is not known");
    for (const auto& one : clients_) {
      check_others(*one, false);
      follow(*one);
      check_others(*one, true);
    }
  }

  static void require_accepted(const libsync::outcome& done) {
    simulation::require(done.accepted(), done.reason());
  }

  choices& by_;
  interruption& interrupt_;
  libsync::shared_text<std::size_t> server_;
  std::vector<libsync::text> texts_;
  std::vector<std::unique_ptr<client>> clients_;
  std::size_t names_ = 0;
  std::deque<std::pair<std::size_t, upward>> left_behind_;
  std::size_t resyncs_ = 0;
  std::size_t refusals_ = 0;
  std::size_t repeats_ = 0;
  std::size_t late_ = 0;
  std::size_t foreign_ = 0;
};
