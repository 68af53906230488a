// What there is to say without a name, and who takes part.

#include "notebook/app/workspace.hpp"

#include <chrono>
#include <ostream>
#include <stdexcept>
#include <utility>

#include "notebook/app/recovery.hpp"
#include "notebook/app/search.hpp"
#include "notebook/app/show.hpp"
#include "notebook/app/vocabulary.hpp"
#include "notebook/model/lookup.hpp"

namespace notebook_example {

using libsync::accepted;
using libsync::outcome;
using libsync::refused;

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

bool workspace::is_unsaved() {
  for (const auto& [name, who] : people_)
    if (!who->quiet())
      return true;
  const auto data = now();
  return data->dirty() && data->changes != 0; // in a new notebook there may be nothing yet
}

libsync::result<std::filesystem::path> workspace::write_recovery() {
  if (const auto heard = go_online(); !heard)
    out_ << heard.reason() << '\n'; // what has arrived is kept
  return notebook_example::write_recovery(file_.path(), *now());
}

std::vector<std::string> workspace::complete(std::string_view line) {
  return notebook_example::complete(line, *now());
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
  if (first == "show")
    return show(rest);
  if (first == "find")
    return find(rest);
  const bool alone = rest.at_end();
  if (is_one_of(commands(), first) && !alone)
    return refused(std::string{"expected the end of the line after "} + first);
  if (first == "who")
    return show_people(out_, *now()), accepted();
  if (first == "help")
    return out_ << help, accepted();
  if (first == "offline")
    return offline_ = true, accepted();
  if (first == "online")
    return go_online();
  return act(first, rest, line);
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
  people_.erase(name);
  done_.erase(name);
  ++version_;
  static_cast<void>(now());
  out_ << "version " << version_ << ": " << name << " left\n";
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

outcome workspace::show(words rest) {
  const auto cell = rest.next();
  if (!rest.at_end())
    return refused("expected show [CELL]");
  const auto data = now();
  if (cell.empty())
    return notebook_example::show(out_, *data), accepted();
  if (!data->cells.contains(cell))
    return no_cell(cell);
  return show_cell(out_, *data, cell), accepted();
}

outcome workspace::find(words rest) {
  const auto what = rest.text();
  if (!what)
    return refused(what.reason());
  if (what->empty())
    return refused("expected find TEXT");
  const auto data = now();
  bool nowhere = true;
  for (const auto& one : data->sections)
    for (const auto& key : one.cells) {
      const auto& text = data->cells.at(key).source.text();
      const auto all = text.utf8();
      for (const auto place : find_all(all, *what)) {
        show_place(out_, key, text, place);
        out_ << '\n';
        nowhere = false;
      }
    }
  out_ << (nowhere ? "nowhere\n" : "");
  return accepted();
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
  return settle(answer.version, "saved to ", path());
}

outcome workspace::quit(words rest) {
  const auto how = rest.next();
  if ((!how.empty() && how != "anyway") || !rest.at_end())
    return refused("expected quit [anyway]");
  if (how.empty() && is_unsaved())
    return refused("there are changes that are not saved: save, or quit anyway");
  ended_ = true;
  return accepted();
}

// Tells what was accepted, and lets all hear of it.
outcome workspace::settle(libsync::version version, std::string_view line,
                          const std::string& more) {
  version_ = version;
  out_ << "version " << version_ << ": " << line << more << '\n';
  return offline_ ? accepted() : go_online();
}

} // namespace notebook_example
