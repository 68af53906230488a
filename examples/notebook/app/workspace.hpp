#pragma once

/// A server with everybody who takes part.

#include <iosfwd>
#include <map>
#include <memory>
#include <string>

#include "notebook/app/command.hpp"
#include "notebook/editing/participant.hpp"
#include "notebook/editing/roster.hpp"
#include "notebook/markdown/file.hpp"

#include "libsync/actors.hpp"

namespace notebook_example {

/// Does what lines say, one after the other, and prints what comes of it. Every line waits until
/// all have heard of it, unless they are offline.
class workspace {
public:
  workspace(file opened, std::ostream& out);

  /// Does what a line says. Refused if it cannot be read, or cannot be done.
  libsync::outcome run(std::string_view line);

  /// Whether there is something that was not saved.
  [[nodiscard]] bool dirty();
  [[nodiscard]] bool ended() const noexcept { return ended_; }

private:
  using answer = libsync::outcome;

  answer act(const std::string& name, words rest, std::string_view line);
  answer decide(participant& who, operation op, std::string_view line);
  answer write(participant& who, const std::string& verb, words rest, std::string_view line);
  libsync::result<operation> structure(const participant& who, const std::string& verb, words rest);
  libsync::result<operation> add(const participant& who, words rest);
  libsync::result<operation> move(const participant& who, words rest);
  libsync::result<operation> remove(const participant& who, words rest);
  libsync::result<operation> split(const participant& who, const std::string& verb, words rest);

  answer join(const std::string& name, words rest);
  answer leave(const std::string& name);
  answer go_online();
  answer save(words rest);
  answer quit(words rest);
  answer report(participant& who, std::string_view line);

  [[nodiscard]] std::shared_ptr<const notebook> now();
  [[nodiscard]] id fresh(const participant& who);

  libsync::runtime runtime_;
  file file_;
  std::ostream& out_;
  libsync::server<notebook> server_;
  libsync::session<notebook> watcher_;
  std::map<std::string, std::unique_ptr<participant>> people_;
  std::map<std::string, int> made_;
  libsync::version version_ = 0;
  bool offline_ = false;
  bool ended_ = false;
};

} // namespace notebook_example
