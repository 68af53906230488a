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

workspace::workspace(file opened, std::ostream& out, std::size_t columns)
    : file_(std::move(opened)), out_(out), columns_(columns),
      server_(spawn(runtime_, file_.opened())), watcher_(server_) {}

bool workspace::is_unsaved() {
  for (const auto& [name, who] : people_)
    if (who->has_unsent_edits())
      return true;
  // In a new notebook there may be nothing yet.
  return now([](const notebook& data) { return data.dirty() && data.changes != 0; });
}

libsync::result<std::filesystem::path> workspace::write_recovery() {
  if (const auto heard = go_online(); !heard)
    out_ << heard.reason() << '\n'; // what has arrived is kept
  return now(
      [&](const notebook& data) { return notebook_example::write_recovery(file_.path(), data); });
}

std::vector<std::string> workspace::complete(std::string_view line) {
  return now([&](const notebook& data) { return notebook_example::complete(line, data); });
}

id workspace::fresh(const participant& who, const notebook& data) {
  for (;;) {
    auto made = who.name() + "." + std::to_string(++made_[who.name()]);
    if (!find_section(data, made) && !data.cells.contains(made) &&
        find_deleted(data, made) == data.bin.end())
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
    return now([&](const notebook& data) { show_people(out_, data); }), accepted();
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
  auto user_name = *full;
  user_name.erase(0, user_name.find_first_not_of(' ')); // Tab leaves one behind `join`
  if (user_name.empty())
    user_name = name;
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
  now([](const notebook&) {}); // waits for it
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
  const page to{out_, columns_};
  return now([&](const notebook& data) {
    if (cell.empty())
      notebook_example::show(to, data);
    else if (data.cells.contains(cell))
      show_cell(to, data, cell);
    else
      return no_cell(cell);
    return accepted();
  });
}

outcome workspace::find(words rest) {
  const auto what = rest.text();
  if (!what)
    return refused(what.reason());
  if (what->empty())
    return refused("expected find TEXT");
  const auto there = now([&](const notebook& data) { return show_places(out_, data, *what); });
  out_ << (there ? "" : "nowhere\n");
  return accepted();
}

outcome workspace::save(words rest) {
  const auto to = rest.next();
  if (!rest.at_end())
    return refused("expected save [FILE]");
  std::uint64_t changes = 0;
  auto done = now([&](const notebook& data) {
    changes = data.changes;
    return to.empty() ? file_.save(data) : file_.save_as(data, to);
  });
  if (!done)
    return done;
  const auto answer = watcher_.submit(notebook_saved{"file", changes}).get();
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
