// The pattern from its first idea on; or, given a file, real input.

#include <exception>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#ifdef STACK_CAN_BE_KEPT
#include "kept.hpp"
#endif
#include "lessons.hpp"
#include "script.hpp"

int main(int argc, char** argv) {
  CLI::App app{
      "A stack that several clients change at once.\n"
      "Without FILE: shows the pattern from its first idea on.\n"
      "With FILE: runs its lines, such as `green push 1`, `yellow pop`, `green reverse`,\n"
      "`green undo`, `green redo`, `blue join`, `blue leave`, in order; a client joins at\n"
      "its first line."};
  std::string file;
  bool quiet = false;
  app.add_option("FILE", file, "lines to run, or - for standard input");
  app.add_flag("--quiet", quiet, "print just the end")->needs("FILE");
#ifdef STACK_CAN_BE_KEPT
  std::string journal;
  app.add_option("--journal", journal, "a file that keeps the stack from run to run")
      ->needs("FILE");
#endif
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (file.empty()) {
    stack_example::show_lessons();
    return 0;
  }
#ifdef STACK_CAN_BE_KEPT
  if (!journal.empty())
    try {
      return stack_example::run_script(file, quiet, stack_example::kept_in(journal));
    } catch (const std::exception& error) {
      std::cerr << error.what() << '\n';
      return 2;
    }
#endif
  return stack_example::run_script(file, quiet);
}
