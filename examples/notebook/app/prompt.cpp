#include "notebook/app/prompt.hpp"

#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <exception>
#include <iostream>
#include <utility>

#include "notebook/app/input.hpp"
#include "notebook/app/layout.hpp"
#include "notebook/app/recovery.hpp"
#include "notebook/app/workspace.hpp"
#include "notebook/markdown/file.hpp"
#include "shared/line_reader.hpp"

namespace notebook_example {

namespace {

using kind = input_event::kind;

/// Runs lines until there are no more, or something else ends it.
class prompt {
public:
  prompt(workspace& all, input& from, std::string name, bool asks)
      : all_(all), from_(from), name_(std::move(name)), asks_(asks) {}

  /// Returns the exit code.
  int run() {
    while (!all_.ended()) {
      const auto event = from_.next();
      if (event.what == kind::stopped) {
        keep_work(std::string{name_of_signal(event.signal)} + ": ");
        return 128 + event.signal; // as a shell tells it
      }
      if (event.what == kind::failed) {
        std::cerr << name_ << ": cannot be read: " << event.reason << '\n';
        keep_work({});
        return 2;
      }
      if (event.what == kind::end && (!asks_ || may_leave()))
        break;
      if (event.what == kind::line || event.what == kind::too_long)
        run_line(event);
      asked_ = event.what == kind::end;
      if (!std::cout)
        return fail_to_print();
    }
    if (!std::cout.flush())
      return fail_to_print();
    if (!all_.ended() && all_.is_unsaved())
      std::cerr << all_.path() << ": there are changes that are not saved\n";
    return failed_ && !asks_ ? 1 : 0;
  }

  /// Writes what is not saved beside the file, and says where.
  void keep_work(const std::string& why) {
    std::cout.flush();
    try {
      if (!all_.is_unsaved())
        return;
      const auto kept = all_.write_recovery();
      std::cerr << why
                << (kept ? "what was not saved is in " + kept->string()
                         : "what was not saved is lost: " + kept.reason())
                << std::endl;
    } catch (const std::exception& error) {
      std::cerr << why << "what was not saved is lost: " << error.what() << std::endl;
    }
  }

private:
  void run_line(const input_event& event) {
    ++number_;
    if (event.what == kind::too_long)
      return fail("expected a line of at most " +
                  std::to_string(example::line_reader::longest_line) + " bytes");
    if (const auto done = all_.run(event.line); !done)
      fail(done.reason());
  }

  void fail(const std::string& why) {
    std::cout.flush();
    std::cerr << (asks_ ? wrap(why, columns_of(STDERR_FILENO))
                        : name_ + ":" + std::to_string(number_) + ": " + why)
              << std::endl;
    failed_ = true;
  }

  // Ctrl-D once may be a slip, twice is an answer.
  bool may_leave() {
    if (asked_ || !all_.is_unsaved())
      return true;
    std::cerr << "there are changes that are not saved: save, or leave by another Ctrl-D"
              << std::endl;
    return false;
  }

  int fail_to_print() {
    std::cerr << "notebook: standard output cannot be written\n";
    keep_work({});
    return 1;
  }

  workspace& all_;
  input& from_;
  std::string name_;
  bool asks_;
  bool asked_ = false;
  bool failed_ = false;
  std::size_t number_ = 0;
};

// A pipe that nobody reads, and a file that may not grow, are errors of the call that meets them.
// Left alone, they would end the program with all that is not saved.
void take_errors_for_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

} // namespace

int run_prompt(const std::string& path, const std::string& script) {
  take_errors_for_signals();
  auto opened = file::open(path);
  if (!opened) {
    std::cerr << opened.reason() << '\n';
    return 2;
  }
  for (const auto& left : find_recovered(opened->path()))
    std::cerr << left.string() << ": has what was not saved before; look at it, then remove it\n";
  const bool asks = script == "-" && isatty(STDIN_FILENO) != 0;
  // Opened first, because a pipe may be waited for, and a signal must end that.
  example::line_reader reader{script};
  const stop_signals signals;
  workspace all{*std::move(opened), std::cout, columns_of(STDOUT_FILENO)};
  std::unique_ptr<input> from;
  if (asks && isatty(STDOUT_FILENO) != 0)
    from = make_line_editor(signals, [&](std::string_view line) { return all.complete(line); });
  if (from == nullptr)
    from = make_plain_input(reader, asks, signals);
  if (asks)
    std::cout << "`help` says what can be done\n";
  prompt asked{all, *from, script == "-" ? "stdin" : script, asks};
  try {
    return asked.run();
  } catch (const std::exception&) {
    asked.keep_work({});
    throw;
  }
}

} // namespace notebook_example
