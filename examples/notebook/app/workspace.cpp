#include "notebook/app/workspace.hpp"

#include <algorithm>
#include <chrono>
#include <ostream>
#include <stdexcept>
#include <utility>

#include "notebook/app/show.hpp"
#include "notebook/model/lookup.hpp"

namespace notebook_example {

using libsync::accepted;
using libsync::outcome;
using libsync::refused;
using chosen = libsync::result<operation>;

namespace {

libsync::server<notebook> spawn(libsync::runtime& runtime, const notebook& opened) {
  const auto joined = std::make_shared<roster>(); // used by the server alone
  libsync::server_options<notebook> options;
  options.on_change = [joined](const libsync::change<notebook>& what) {
    for (const auto& op : what.operations)
      joined->note(what.by, op);
  };
  options.on_left = [joined](libsync::client_id left) { return joined->last_word_of(left); };
  return libsync::spawn_server(runtime, opened, std::move(options));
}

// What an operation makes; empty if it makes nothing.
id made_by(const operation& op) {
  if (const auto* added = std::get_if<insert_section>(&op))
    return added->section;
  if (const auto* split = std::get_if<insert_section_into>(&op))
    return split->added;
  if (const auto* branch = std::get_if<insert_branching_section_into>(&op))
    return branch->added;
  if (const auto* cell = std::get_if<insert_cell>(&op))
    return cell->cell;
  return {};
}

chosen expected(const std::string& what) {
  return chosen::failed(std::string{"expected "} + what);
}

} // namespace

workspace::workspace(file opened, std::ostream& out)
    : file_(std::move(opened)), out_(out), server_(spawn(runtime_, file_.opened())),
      watcher_(server_) {}

std::shared_ptr<const notebook> workspace::now() {
  const auto there = watcher_.wait_for(version_, std::chrono::seconds(60));
  const auto copy = watcher_.snapshot();
  if (!there || !copy)
    throw std::runtime_error(!there ? there.reason() : copy.reason());
  return copy->data;
}

bool workspace::dirty() {
  return now()->dirty();
}

id workspace::fresh(const participant& who) {
  const auto data = now();
  for (;;) {
    auto made = who.name() + "." + std::to_string(++made_[who.name()]);
    if (!find_section(*data, made) && !data->cells.contains(made) &&
        find_deleted(*data, made) == data->bin.end())
      return made;
  }
}

outcome workspace::run(std::string_view line) {
  words rest{line};
  const auto first = rest.next();
  if (first.empty() || first.starts_with('#'))
    return accepted();
  if (first == "save")
    return save(rest);
  if (first == "quit")
    return quit(rest);
  const bool alone = rest.at_end();
  if (first == "show" && alone)
    return show(out_, *now()), accepted();
  if (first == "who" && alone)
    return show_people(out_, *now()), accepted();
  if (first == "help" && alone)
    return out_ << help, accepted();
  if (first == "offline" && alone)
    return offline_ = true, accepted();
  if (first == "online" && alone)
    return go_online();
  for (const auto* word : {"show", "who", "help", "offline", "online"})
    if (first == word)
      return refused(std::string{"expected the end of the line after "} + first);
  if (alone)
    return refused(std::string{"expected a command after the name "} + first);
  return act(first, rest, line);
}

outcome workspace::act(const std::string& name, words rest, std::string_view line) {
  auto after = rest;
  const auto verb = after.next();
  if (verb == "leave")
    return leave(name);
  if (verb == "join" && people_.contains(name))
    return refused(name + " has joined already");
  if (!people_.contains(name))
    if (auto done = join(name, verb == "join" ? after : words{""}); !done || verb == "join")
      return done;
  auto& who = *people_.at(name);
  if (verb == "go" || verb == "type" || verb == "erase")
    return write(who, verb, after, line);
  auto op = structure(who, verb, after);
  return op ? decide(who, *std::move(op), line) : refused(op.reason());
}

outcome workspace::join(const std::string& name, words rest) {
  auto full = rest.text();
  if (!full)
    return refused(full.reason());
  auto who = std::make_unique<participant>(server_, name);
  const auto user_name = full->empty() ? name : *full;
  const auto answer = who->submit(client_join{name, "user of " + name, user_name});
  if (!answer.is_accepted())
    return refused(answer.reason);
  people_[name] = std::move(who);
  version_ = answer.version;
  out_ << "version " << version_ << ": " << name << " joined\n";
  return offline_ ? accepted() : go_online();
}

// The server says so itself, as it would if the participant's program had died.
outcome workspace::leave(const std::string& name) {
  if (people_.erase(name) == 0)
    return refused(name + " has not joined");
  ++version_;
  static_cast<void>(now());
  out_ << "version " << version_ << ": " << name << " left\n";
  return offline_ ? accepted() : go_online();
}

outcome workspace::decide(participant& who, operation op, std::string_view line) {
  const auto made = made_by(op);
  const auto answer = who.submit(std::move(op));
  if (!answer.is_accepted())
    return refused(answer.reason);
  version_ = answer.version;
  out_ << "version " << version_ << ": " << line << (made.empty() ? "" : " makes ") << made << '\n';
  return offline_ ? accepted() : go_online();
}

outcome workspace::write(participant& who, const std::string& verb, words rest,
                         std::string_view line) {
  auto done = accepted();
  if (verb == "go") {
    const auto cell = rest.next();
    const auto offset = rest.number("an offset", -1);
    if (cell.empty() || !offset || !rest.at_end())
      return refused("expected go CELL [OFFSET]");
    done = who.go(cell, *offset, version_);
  } else if (verb == "type") {
    const auto text = rest.text();
    done = text ? who.type(*text) : refused(text.reason());
  } else {
    const auto count = rest.number("a count");
    if (!count || *count < 0 || !rest.at_end())
      return refused("expected erase COUNT");
    done = who.erase(static_cast<std::uint64_t>(*count));
  }
  return done ? report(who, line) : done;
}

// Tells what came of an edit: it is accepted, or waits behind another one.
outcome workspace::report(participant& who, std::string_view line) {
  const auto before = version_;
  version_ = who.speak(version_);
  if (const auto why = who.take_refusals(); !why.empty())
    return refused(why.front());
  if (version_ != before)
    out_ << "version " << version_ << ": " << line << '\n';
  else
    out_ << "waiting: " << line << '\n';
  return offline_ ? accepted() : go_online();
}

outcome workspace::go_online() {
  offline_ = false;
  for (bool moved = true; std::exchange(moved, false);)
    for (const auto& [name, who] : people_) {
      const auto next = who->catch_up(version_);
      if (!next)
        return refused(next.reason());
      for (const auto& why : who->take_refusals())
        out_ << name << ": a delta was refused: " << why << '\n';
      moved = moved || *next != version_;
      version_ = *next;
    }
  return accepted();
}

chosen workspace::structure(const participant& who, const std::string& verb, words rest) {
  const auto& client = who.name();
  if (verb == "add")
    return add(who, rest);
  if (verb == "move")
    return move(who, rest);
  if (verb == "remove")
    return remove(who, rest);
  if (verb == "split" || verb == "branch")
    return split(who, verb, rest);
  if (verb == "title" || verb == "rename") {
    auto text = rest.text();
    if (!text)
      return chosen::failed(text.reason());
    return verb == "title" ? chosen{set_notebook_name{client, *text}}
                           : chosen{update_user{client, "user of " + client, *text}};
  }
  const auto which = rest.next();
  if (which.empty())
    return expected("a command (try help)");
  if (verb == "name") {
    auto text = rest.text();
    return text ? chosen{set_section_name{client, which, *text}} : chosen::failed(text.reason());
  }
  if (verb == "attach") {
    const auto parent = rest.next();
    return parent.empty() || !rest.at_end() ? expected("attach SECTION PARENT")
                                            : chosen{set_section_parent{client, which, parent}};
  }
  if (!rest.at_end())
    return expected("the end of the line after " + which);
  if (verb == "detach")
    return chosen{unset_section_parent{client, which}};
  if (verb == "restore")
    return chosen{restore_cell{client, which}};
  return chosen::failed("there is no command " + verb + " (try help)");
}

chosen workspace::add(const participant& who, words rest) {
  const auto what = rest.next();
  if (what == "section")
    return chosen{insert_section{who.name(), -1, fresh(who)}};
  const auto section = rest.next();
  if ((what != "code" && what != "text") || section.empty())
    return expected("add section, or add code|text SECTION [TEXT]");
  auto source = rest.text();
  if (!source)
    return chosen::failed(source.reason());
  return chosen{insert_cell{who.name(), section, -1, what == "code" ? "code" : "markdown",
                            fresh(who), *source}};
}

chosen workspace::move(const participant& who, words rest) {
  const auto what = rest.next();
  const auto which = rest.next();
  const auto section = what == "cell" ? rest.next() : which;
  const auto index = what == "cell" ? rest.number("an index", -1) : rest.number("an index");
  if ((what != "cell" && what != "section") || section.empty() || !rest.at_end())
    return expected("move section SECTION INDEX, or move cell CELL SECTION [INDEX]");
  if (!index)
    return chosen::failed(index.reason());
  return what == "cell" ? chosen{move_cell{who.name(), which, section, *index}}
                        : chosen{move_section{who.name(), which, *index}};
}

chosen workspace::remove(const participant& who, words rest) {
  const auto what = rest.next();
  const auto which = rest.next();
  const bool with_cells = what == "section" && rest.next() == "with" && rest.next() == "cells";
  if ((what != "cell" && what != "section") || which.empty() || !rest.at_end())
    return expected("remove cell CELL, or remove section SECTION [with cells]");
  return what == "cell" ? chosen{delete_cell{who.name(), which}}
                        : chosen{delete_section{who.name(), which, with_cells}};
}

chosen workspace::split(const participant& who, const std::string& verb, words rest) {
  const auto cell = rest.next();
  if (cell.empty() || !rest.at_end())
    return expected(verb + " CELL");
  const auto data = now();
  const auto at = find_cell(*data, cell);
  if (!at)
    return chosen::failed("there is no cell " + cell);
  const auto& section = data->sections[at->section].key;
  const auto index = static_cast<place>(at->index);
  return verb == "split"
             ? chosen{insert_section_into{who.name(), section, index, fresh(who)}}
             : chosen{insert_branching_section_into{who.name(), section, index, fresh(who)}};
}

outcome workspace::save(words rest) {
  const auto to = rest.next();
  if (!rest.at_end())
    return refused("expected save [FILE]");
  const auto data = now();
  auto done = to.empty() ? file_.save(*data) : file_.save_as(*data, to);
  if (!done)
    return done;
  const auto answer = watcher_.submit(notebook_saved{"file", data->changes}).get();
  if (!answer.is_accepted())
    return refused(answer.reason);
  version_ = answer.version;
  out_ << "version " << version_ << ": saved to " << file_.path().string() << '\n';
  return offline_ ? accepted() : go_online();
}

outcome workspace::quit(words rest) {
  const auto how = rest.next();
  if ((!how.empty() && how != "anyway") || !rest.at_end())
    return refused("expected quit [anyway]");
  if (how.empty() && dirty())
    return refused("there are changes that are not saved: save, or quit anyway");
  ended_ = true;
  return accepted();
}

} // namespace notebook_example
