#pragma once

/// A server with everybody who takes part.

#include <chrono>
#include <filesystem>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "notebook/app/command.hpp"
#include "notebook/app/undo.hpp"
#include "notebook/editing/participant.hpp"
#include "notebook/editing/roster.hpp"
#include "notebook/markdown/file.hpp"

#include "libsync/actors.hpp"

namespace notebook_example {

/// Does what lines say, one after the other, and prints what comes of it. Every line waits until
/// all have heard of it, unless they are offline.
class workspace {
public:
  /// `columns` are those of the terminal to which it prints, or 0.
  workspace(file opened, std::ostream& out, std::size_t columns);

  /// Does what a line says. Refused if it cannot be read, or cannot be done.
  libsync::outcome run(std::string_view line);

  /// Whether somebody has done something that was not saved, also offline.
  [[nodiscard]] bool is_unsaved();
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  [[nodiscard]] std::string path() const { return file_.path().string(); }

  /// Writes what there is to a file beside the notebook's own, as `write_recovery` does, with what
  /// waits offline.
  libsync::result<std::filesystem::path> write_recovery();

  /// Returns what the last word of a line may be completed to.
  [[nodiscard]] std::vector<std::string> complete(std::string_view line);

private:
  using answer = libsync::outcome;

  /// What somebody does, with the line that says so.
  struct request {
    participant& by;
    const std::string& action;
    words rest;
    std::string_view line;
  };

  answer act(const std::string& name, words rest, std::string_view line);
  answer decide(request what);
  answer write(request what);
  answer replace(request what);
  answer undo(const request& what);
  answer undo_edits(const request& what);
  answer report(const request& what, const std::optional<libsync::text>& before);
  answer settle(libsync::version version, std::string_view line, const std::string& more);
  void note(const participant& by, done_change what);

  answer join(const std::string& name, words rest);
  answer leave(const std::string& name);
  answer go_online();
  answer save(words rest);
  answer quit(words rest);
  answer show(words rest);
  answer find(words rest);

  /// Calls `look` with the notebook as it is for everybody by now. A copy of it would take long.
  template <class Look>
  auto now(Look look) {
    auto there = watcher_.wait_for(version_, std::chrono::seconds(60));
    if (!there)
      throw std::runtime_error(there.reason());
    auto seen = watcher_.read(look);
    if (!seen)
      throw std::runtime_error(seen.reason());
    if constexpr (requires { *std::move(seen); })
      return *std::move(seen);
  }
  [[nodiscard]] id fresh(const participant& who, const notebook& data);

  libsync::runtime runtime_;
  file file_;
  std::ostream& out_;
  std::size_t columns_;
  libsync::server<notebook> server_;
  libsync::session<notebook> watcher_;
  std::map<std::string, std::unique_ptr<participant>> people_;
  std::map<std::string, int> made_;
  std::map<std::string, done_changes> done_;
  libsync::version version_ = 0;
  bool offline_ = false;
  bool ended_ = false;
};

} // namespace notebook_example
