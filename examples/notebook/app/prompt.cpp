#include "notebook/app/prompt.hpp"

#include <unistd.h>

#include <iostream>
#include <string_view>
#include <utility>

#include "notebook/app/workspace.hpp"
#include "notebook/markdown/file.hpp"
#include "shared/line_reader.hpp"

namespace notebook_example {

int run_prompt(const std::string& path, const std::string& script) {
  auto opened = file::open(path);
  if (!opened) {
    std::cerr << opened.reason() << '\n';
    return 2;
  }
  const bool asks = script == "-" && isatty(STDIN_FILENO) != 0;
  const std::string name = script == "-" ? "stdin" : script;
  example::line_reader reader{script};
  workspace all{*std::move(opened), std::cout};
  std::size_t number = 0;
  bool failed = false;
  const auto fail = [&](const std::string& why) {
    std::cout.flush();
    std::cerr << (asks ? "" : name + ":" + std::to_string(number) + ": ") << why << std::endl;
    failed = true;
  };
  const auto run = [&](std::string_view line, bool is_whole) {
    ++number;
    if (all.ended())
      return;
    if (!is_whole)
      return fail("expected a line of at most " +
                  std::to_string(example::line_reader::longest_line) + " bytes");
    if (const auto done = all.run(line); !done)
      fail(done.reason());
  };
  const auto ask = [&] { std::cout << (asks ? "> " : "") << std::flush; };
  ask();
  while (reader.reason().empty() && !all.ended() && reader.read(run))
    ask();
  if (!reader.reason().empty()) {
    std::cerr << name << ": cannot be read: " << reader.reason() << '\n';
    return 2;
  }
  if (!all.ended() && all.dirty())
    std::cerr << path << ": there are changes that are not saved\n";
  return failed && !asks ? 1 : 0;
}

} // namespace notebook_example
