// libsync-journal: looks into a journal, checks it, and brings it elsewhere.

#include <cstdint>
#include <exception>
#include <functional>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include "commands.hpp"
#include "libsync/storage_error.hpp"
#include "place.hpp"

namespace {

using libsync::journal_tool::log_choice;
using libsync::journal_tool::place;
using command = std::function<int(place&)>;

struct choices {
  std::string journal;
  log_choice log;
  std::string other = "-";
  std::uint64_t keep = 0;
};

/// Adds the commands; `run` is what the chosen one does.
void add_commands(CLI::App& app, choices& chosen, command& run) {
  namespace tool = libsync::journal_tool;
  const auto add = [&](const char* name, const char* what, auto function) {
    auto* command = app.add_subcommand(name, what);
    command->callback([&run, function] { run = function; });
    return command;
  };
  add("info", "Say what it is: its versions, its level, and how much each table holds.",
      [&](place& in) { return tool::show_info(in); });
  auto* log =
      add("log",
          "Write the accepted submissions, one a line: version, client, number, time (UTC),\n"
          "identity if there is one, operations.",
          [&](place& in) { return tool::show_log(in, chosen.log); });
  log->add_option("--from", chosen.log.from, "the first version; else the oldest that is kept");
  log->add_option("--to", chosen.log.to, "the last version; else the newest");
  log->add_flag("--json", chosen.log.json, "an object of JSON a line, as `write_log` writes it");
  add("verify",
      "Check all of it: a file's pages, each row's checksum and JSON, the sums of the header, "
      "that\n"
      "the log has no gap. Prints `ok`, or each fault, and then fails.",
      [&](place& in) { return tool::verify_journal(in); });
  add("export", "Write all rows with their checksums, as a line of JSON each.", [&](place& in) {
    return tool::export_journal(in, chosen.other);
  })->add_option("OUT", chosen.other, "a file that is not there; else standard output");
  add("import",
      "Make the journal, which must not be there, or be empty, of what `export` has written, and\n"
      "check all of it first.",
      [&](place& in) { return tool::import_journal(in, chosen.other); })
      ->add_option("IN", chosen.other, "the file to read, or - for standard input")
      ->required();
  add("compact",
      "Forget what is before the newest data, and shrink a file. A server starts from there as\n"
      "before. What was forgotten cannot be read any more.",
      [&](place& in) { return tool::compact_journal(in, chosen.keep); })
      ->add_option("--keep", chosen.keep, "keep so many of the newest versions, at least");
}

int run(const choices& chosen, const command& what) {
  try {
    const int code = what(*libsync::journal_tool::find_place(chosen.journal));
    if (std::cout && std::cout.flush())
      return code;
    std::cerr << "libsync-journal: standard output cannot be written"
              << libsync::journal_tool::why_not_written(std::cout) << '\n';
  } catch (const libsync::storage_error& error) {
    std::cout.flush();
    std::cerr << "libsync-journal: " << error.what();
    if (error.kind() == libsync::storage_failure::locked)
      std::cerr << ": perhaps a server runs on it";
    if (!error.wrote_nothing())
      std::cerr << ". It may be done all the same: `info` shows what is there";
    std::cerr << '\n';
  } catch (const libsync::journal_tool::bad_address& error) {
    std::cerr << "libsync-journal: " << error.what() << '\n';
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "libsync-journal: " << error.what() << '\n';
  }
  return 1;
}

} // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  CLI::App app{"Looks into the journal of a server, checks it, and brings it elsewhere.\n"
               "It may be of any data. No server may run on it meanwhile."};
  app.name("libsync-journal");
  app.set_version_flag("--version", LIBSYNC_VERSION);
  choices chosen;
  command what;
  app.add_option("JOURNAL", chosen.journal,
                 "the file of the journal, or redis://[USER@]HOST:PORT/NAME, or\n"
                 "redis://[USER@]/SOCKET/NAME; a password is read from REDISCLI_AUTH")
      ->required();
  add_commands(app, chosen, what);
  app.require_subcommand(1);
  app.footer("libsync-journal JOURNAL COMMAND --help tells more of a command.\n"
             "Exit codes: 0, 1 if something is wrong, 2 if the command line is.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return run(chosen, what);
}
