// What somebody does, and takes back.

#include <algorithm>
#include <utility>

#include "notebook/app/search.hpp"
#include "notebook/app/structure.hpp"
#include "notebook/app/vocabulary.hpp"
#include "notebook/app/workspace.hpp"
#include "notebook/model/lookup.hpp"

namespace notebook_example {

using libsync::accepted;
using libsync::outcome;
using libsync::refused;

namespace {

// So many changes of each are remembered.
constexpr std::size_t most_changes = 1000;

// Why a line that nobody known has said is refused. It must not let anybody join.
outcome refuse_stranger(const std::string& name, const std::string& action) {
  if (is_one_of(actions(), name))
    return refused("expected the name of somebody before " + name + ", as in `ada " + name + "`");
  if (!is_one_of(actions(), action))
    return refused(no_command(name, commands()));
  return refused(name + " has not joined: say `" + name + " join` first");
}

libsync::text text_of(const notebook& data, const id& cell) {
  const auto found = data.cells.find(cell);
  return found == data.cells.end() ? libsync::text{} : found->second.source.text();
}

} // namespace

outcome workspace::act(const std::string& name, words rest, std::string_view line) {
  const auto action = rest.next();
  const auto found = people_.find(name);
  if (action == "join")
    return found == people_.end() ? join(name, rest) : refused(name + " has joined already");
  if (found == people_.end())
    return refuse_stranger(name, action);
  if (action.empty())
    return refused("expected a command after the name " + name);
  if (!is_one_of(actions(), action))
    return refused(no_command(action, actions()));
  if (action == "leave")
    return leave(name);
  request what{*found->second, action, rest, line};
  if (action == "go" || action == "type" || action == "erase")
    return write(what);
  // What was typed elsewhere meanwhile is not known offline.
  if (offline_ && (action == "replace" || action == "undo"))
    return refused(action + " needs everybody online: say `online` first");
  if (action == "replace")
    return replace(what);
  if (action == "undo")
    return rest.at_end() ? undo(what) : refused("expected the end of the line after undo");
  return decide(what);
}

outcome workspace::decide(request what) {
  done_change back;
  auto wanted = now([&](const notebook& data) {
    auto read = read_structure({what.by.name(), data, [&] { return fresh(what.by, data); }},
                               what.action, what.rest);
    if (read)
      back = inverse_of(read->front(), data); // the other one names what the first has made
    return read;
  });
  if (!wanted)
    return refused(wanted.reason());
  const auto made = made_by(wanted->front());
  const auto answer = what.by.submit(*std::move(wanted));
  if (!answer.is_accepted())
    return refused(answer.reason);
  back.line = what.line;
  note(what.by, std::move(back));
  return settle(answer.version, what.line, made.empty() ? "" : " makes " + made);
}

void workspace::note(const participant& by, done_change what) {
  auto& all = done_[by.name()];
  now([&](const notebook& data) { add_change(all, std::move(what), data); });
  if (all.size() > most_changes)
    all.pop_front();
}

outcome workspace::write(request what) {
  auto& [who, action, rest, line] = what;
  std::optional<libsync::text> before; // of the cell
  if (action != "go" && !who.here().empty())
    before = now([&](const notebook& data) { return text_of(data, what.by.here()); });
  auto done = accepted();
  if (action == "go") {
    const auto cell = rest.next();
    const auto offset = rest.number("an offset", -1);
    if (cell.empty() || !offset || !rest.at_end())
      return refused("expected go CELL [OFFSET]");
    done = who.go(cell, *offset, version_);
  } else if (action == "type") {
    const auto text = rest.text();
    done = text ? who.type(*text) : refused(text.reason());
  } else {
    const auto count = rest.number("a count");
    if (!count || *count < 0 || !rest.at_end())
      return refused("expected erase COUNT");
    done = who.erase(static_cast<std::uint64_t>(*count));
  }
  return done ? report(what, before) : done;
}

// Tells what came of an edit: it is accepted, or waits behind another one.
outcome workspace::report(const request& what, const std::optional<libsync::text>& before) {
  const auto version = what.by.speak(version_);
  if (const auto why = what.by.take_refusals(); !why.empty())
    return refused(why.front());
  const bool waits = version == version_;
  version_ = version;
  if (waits) {
    out_ << "waiting: " << what.line << '\n';
    if (what.action != "go")
      note(what.by,
           {std::string{what.line}, {}, {}, "an edit that waited offline cannot be taken back"});
    return offline_ ? accepted() : go_online();
  }
  if (what.action != "go") {
    auto back = now([&](const notebook& data) {
      return inverse_edit_of(before.value_or(libsync::text{}), data, what.by.here());
    });
    if (!back)
      return refused(back.reason());
    note(what.by, {std::string{what.line}, {*std::move(back)}, {}, {}});
  }
  return settle(version, what.line, "");
}

outcome workspace::replace(request what) {
  const auto where = what.rest.next();
  const auto from = what.rest.text_before_by();
  const auto to = from ? what.rest.text() : from;
  if (where.empty() || !to || from->empty())
    return refused("expected replace CELL|all OLD by NEW");
  if (auto good = check_source(*to); !good)
    return good;
  std::map<id, libsync::delta> changes;
  std::map<id, libsync::text> before;
  std::size_t places = 0;
  auto fits = now([&](const notebook& data) {
    if (where != "all" && !data.cells.contains(where))
      return no_cell(where);
    for (const auto& [key, one] : data.cells) {
      if (where != "all" && where != key)
        continue;
      auto change = replacement(one.source.text().utf8(), *from, *to);
      if (!change)
        return refused(change.reason());
      if (change->empty())
        continue;
      places += change->places();
      changes.emplace(key, *std::move(change));
      before.emplace(key, one.source.text());
    }
    return accepted();
  });
  if (!fits)
    return fits;
  if (changes.empty())
    return refused(*from + " is in no cell" + (where == "all" ? "" : " " + where));
  const auto version = what.by.change(changes, version_);
  if (!version)
    return refused(version.reason());
  version_ = *version;
  done_change back{std::string{what.line}, {}, {}, {}};
  auto taken = now([&](const notebook& data) {
    for (const auto& [key, text] : before) {
      auto edit = inverse_edit_of(text, data, key);
      if (!edit)
        return refused(edit.reason());
      back.edits.push_back(*std::move(edit));
    }
    return accepted();
  });
  if (!taken)
    return taken;
  note(what.by, std::move(back));
  return settle(*version, what.line, " (" + std::to_string(places) + ")");
}

outcome workspace::undo(const request& what) {
  auto& all = done_[what.by.name()];
  if (all.empty())
    return refused(what.by.name() + " has done nothing that could be taken back");
  const auto last = all.back();
  if (!last.why_not.empty())
    return refused(last.line + ": " + last.why_not);
  if (!last.edits.empty())
    return undo_edits(what);
  const auto answer = what.by.submit(last.operations);
  if (!answer.is_accepted())
    return refused(last.line + ": " + answer.reason);
  all.pop_back();
  return settle(answer.version, what.line, " of " + last.line);
}

outcome workspace::undo_edits(const request& what) {
  auto& all = done_[what.by.name()];
  const auto line = all.back().line;
  const auto changes = now([&](const notebook& data) { return undo_of_last(all, data); });
  if (!changes)
    return refused(line + ": " + changes.reason());
  auto version = libsync::result<libsync::version>{version_};
  if (!changes->empty()) // else others have taken it back
    version = what.by.change(*changes, version_);
  if (!version)
    return refused(version.reason());
  version_ = *version;
  now([&](const notebook& data) { drop_last(all, data); });
  return settle(*version, what.line, " of " + line);
}

} // namespace notebook_example
