#pragma once

/// Signals as something to wait for, so that no work is done in a handler.

#include <csignal>

namespace notebook_example {

/// Takes SIGTERM, SIGHUP and SIGINT as long as it lives, unless they were ignored before (as under
/// nohup). Threads that begin meanwhile leave them to it, so make it first.
class stop_signals {
public:
  stop_signals();
  stop_signals(const stop_signals&) = delete;
  stop_signals& operator=(const stop_signals&) = delete;
  ~stop_signals();

  /// Returns a signal that has come; 0 if there is none.
  [[nodiscard]] int take() const;

  /// Waits until there is something to read, or the other end is gone, or a signal has come.
  /// Returns the signal, or 0.
  [[nodiscard]] int wait_for_input(int file) const;

private:
  sigset_t before_;
  int signals_;
};

/// Whether the other end of a terminal is gone.
[[nodiscard]] bool is_hung_up(int terminal);

/// Returns a signal's name, for people.
[[nodiscard]] const char* name_of_signal(int number);

} // namespace notebook_example
