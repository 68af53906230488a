#pragma once

/// A server with everybody who takes part.

#include <iosfwd>
#include <map>
#include <memory>
#include <string>

#include "notebook/command.hpp"
#include "notebook/file.hpp"
#include "notebook/person.hpp"
#include "notebook/roll.hpp"

#include "libsync/actors.hpp"

namespace notebook_example {

/// Does what lines say, one after the other, and prints what comes of it. Every line waits until
/// all have heard of it, unless they are apart.
class team {
public:
  team(file opened, std::ostream& out);

  /// Does what a line says. Refused if it cannot be read, or cannot be done.
  libsync::outcome run(std::string_view line);

  /// Whether there is something that was not saved.
  [[nodiscard]] bool dirty();
  [[nodiscard]] bool ended() const noexcept { return ended_; }

private:
  using answer = libsync::outcome;

  answer act(const std::string& name, words rest, std::string_view line);
  answer decide(person& who, operation op, std::string_view line);
  answer write(person& who, const std::string& verb, words rest, std::string_view line);
  libsync::result<operation> structure(const person& who, const std::string& verb, words rest);
  libsync::result<operation> add(const person& who, words rest);
  libsync::result<operation> move(const person& who, words rest);
  libsync::result<operation> remove(const person& who, words rest);
  libsync::result<operation> split(const person& who, const std::string& verb, words rest);

  answer join(const std::string& name, words rest);
  answer leave(const std::string& name);
  answer together();
  answer save(words rest);
  answer quit(words rest);
  answer report(person& who, std::string_view line);

  [[nodiscard]] std::shared_ptr<const notebook> now();
  [[nodiscard]] id fresh(const person& who);

  libsync::runtime runtime_;
  file file_;
  std::ostream& out_;
  libsync::server<notebook> server_;
  libsync::session<notebook> watcher_;
  std::map<std::string, std::unique_ptr<person>> people_;
  std::map<std::string, int> made_;
  libsync::version at_ = 0;
  bool apart_ = false;
  bool ended_ = false;
};

} // namespace notebook_example
