#pragma once

/// A server and several editors of one text, with messages between them that take their time; what
/// happens is chosen by a row of bytes. Every step is checked. Editors may be interrupted: at a
/// callback that is chosen something else is done with the editor that calls.

#include <cstddef>
#include <cstdint>
#include <deque>
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
#include "support/model.hpp"

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
  [[nodiscard]] libsync::revision revision() const { return server_.revision(); }

private:
  using accepted_delta = libsync::accepted_delta<std::size_t>;
  struct submission {
    std::size_t number;
    libsync::delta change;
    std::optional<libsync::selections> where;
    libsync::revision made_for;
  };
  struct refusal {};
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
    std::deque<std::variant<submission, libsync::revision>> up;
    std::deque<std::variant<accepted_delta, refusal>> down;
  };

  void enter(std::size_t place) {
    require_accepted(server_.join(++names_));
    auto joined = std::make_unique<client>(*this, names_);
    check_others(*joined);
    if (place == clients_.size())
      clients_.push_back(std::move(joined));
    else
      clients_[place] = std::move(joined);
  }

  void step(client& who) {
    switch (by_.below(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
      return edit(who);
    case 5:
    case 6:
    case 7:
    case 8:
      return deliver_up(who);
    case 9:
    case 10:
    case 11:
    case 12:
      return deliver_down(who);
    case 13:
      return who.editor.report(who);
    case 14:
      return by_.below(2) == 0 ? follow(who) : deliver_out_of_turn(who);
    default:
      return by_.below(2) == 0 ? resync(who, by_.below(2) == 0) : replace(who);
    }
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
    libsync::selections where{{by_.below(size + 1), by_.below(size + 1)}};
    require_accepted(who.editor.edit(
        change, by_.below(3) == 0 ? std::nullopt : std::optional{std::move(where)}, who));
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
      check_others(who);
  }

  // There is a cursor of each other member that has sent one, and of nobody else.
  void check_others(const client& who) const {
    std::size_t expected = 0;
    for (const auto& one : server_.members())
      if (one.client != who.name && !one.where.empty()) {
        ++expected;
        simulation::require(who.editor.others().contains(one.client), "a cursor is missing");
      }
    simulation::require(who.editor.others().size() == expected, "a cursor is that of nobody");
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

  // Somebody leaves, and somebody else comes.
  void replace(client& who) {
    require_accepted(server_.leave(who.name));
    for (const auto& one : clients_)
      one->editor.forget(who.name);
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
      follow(*one);
      check_others(*one);
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
  std::size_t resyncs_ = 0;
  std::size_t refusals_ = 0;
};
