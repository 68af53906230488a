// A notebook that several people edit at once.

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <iomanip>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include "notebook/app/command.hpp"
#include "notebook/app/input.hpp"
#include "notebook/app/prompt.hpp"
#include "notebook/editing/simulation.hpp"

namespace {

int run_simulation(const notebook_example::simulation_options& options) {
  const auto begin = std::chrono::steady_clock::now();
  const auto end = notebook_example::simulate(options);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::cout << options.editors << " editors, " << options.edits << " edits, seed " << options.seed
            << ": " << end.versions << " versions, " << end.refused << " refused, " << end.breaks
            << " connections broken, " << end.snapshots << " snapshots\n";
  if (!end.difference.empty()) {
    std::cout << "they differ: " << end.difference << '\n';
    return 1;
  }
  std::cout << "every copy and every editor's text is the same\ndigest " << std::hex
            << std::setfill('0') << std::setw(16) << end.digest << std::dec << '\n'
            << static_cast<std::uint64_t>(static_cast<double>(options.edits) / took.count())
            << " edits a second\n";
  return 0;
}

// A file that is opened later must not get the number of an output that is closed, and be written
// to. What is opened here instead refuses to be read or written.
void keep_standard_files() {
  for (int file = STDIN_FILENO; file <= STDERR_FILENO; ++file)
    if (::fcntl(file, F_GETFD) < 0)
      static_cast<void>(::open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY));
}

// Returns the exit code, which tells too whether everything could be printed.
int finish(int code) {
  if (std::cout.flush())
    return code;
  if (code != 1) // else it was told
    std::cerr << "notebook: standard output cannot be written\n";
  return 1;
}

} // namespace

int main(int argc, char** argv) {
  keep_standard_files();
  CLI::App app{"A notebook that several people edit at once: Markdown with fenced code.\n"
               "Runs the lines of SCRIPT, or asks for them."};
  app.footer(std::string{notebook_example::help} +
             (notebook_example::has_line_editor
                  ? "At a terminal lines are edited by libedit, and Tab completes a word.\n"
                  : "This program was built without libedit: lines are read as they are.\n"));
  std::string path;
  std::string script = "-";
  auto* file = app.add_option("FILE", path, "the notebook; a new one if there is none");
  app.add_option("SCRIPT", script, "lines to run, or - for standard input");
  notebook_example::simulation_options options;
  auto* simulation =
      app.add_subcommand("simulate", "lets editors type, move and delete at once, from one seed");
  simulation->add_option("--editors", options.editors)->check(CLI::Range(1, 1000));
  simulation->add_option("--edits", options.edits);
  simulation->add_option("--seed", options.seed);
  try {
    app.parse(argc, argv);
    if (!*simulation && file->count() == 0)
      throw CLI::RequiredError("FILE, or simulate");
  } catch (const CLI::ParseError& error) {
    return finish(app.exit(error) == 0 ? 0 : 2);
  }
  try {
    return finish(*simulation ? run_simulation(options)
                              : notebook_example::run_prompt(path, script));
  } catch (const std::exception& error) {
    std::cerr << "notebook: " << error.what() << '\n';
    return 1;
  }
}
