#pragma once

/// Where lines come from: a file, a pipe, or somebody at a terminal.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "notebook/app/signals.hpp"
#include "shared/line_reader.hpp"

namespace notebook_example {

/// What comes next.
struct input_event {
  enum class kind {
    line,
    too_long,
    /// Ctrl-C at a terminal: the line that was being typed is dropped.
    cancelled,
    /// The end of a file, or Ctrl-D at a terminal, which may go on.
    end,
    /// A signal, or the terminal is gone.
    stopped,
    failed
  };

  kind what = kind::end;
  std::string line{};
  int signal = 0;
  /// Why it failed.
  std::string reason{};
};

class input {
public:
  input() = default;
  input(const input&) = delete;
  input& operator=(const input&) = delete;
  virtual ~input() = default;

  /// Waits for what comes next. Standard output is written out first.
  virtual input_event next() = 0;
};

/// Returns what a word may be completed to; it is given the line up to its end.
using completer = std::function<std::vector<std::string>(std::string_view)>;

/// Lines as they are. `asks` shows a prompt. All three outlive what is returned.
std::unique_ptr<input> make_plain_input(example::line_reader& from, bool asks,
                                        const stop_signals& signals);

/// Whether the program was built with libedit.
extern const bool has_line_editor;

/// Lines from a terminal, with editing, history and completion by libedit; null without it.
std::unique_ptr<input> make_line_editor(const stop_signals& signals, completer complete);

} // namespace notebook_example
