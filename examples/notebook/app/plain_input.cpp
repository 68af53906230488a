#include <unistd.h>

#include <deque>
#include <iostream>
#include <utility>

#include "notebook/app/input.hpp"

namespace notebook_example {

namespace {

using kind = input_event::kind;

class plain_input final : public input {
public:
  plain_input(example::line_reader& from, bool asks, const stop_signals& signals)
      : reader_(from), asks_(asks), signals_(signals) {}

  input_event next() override {
    for (int signal = signals_.take();; signal = wait()) {
      if (signal == SIGINT && asks_)
        return cancel();
      if (signal != 0)
        return {kind::stopped, {}, signal};
      if (!lines_.empty())
        return take();
      if (!reader_.reason().empty())
        return fail();
      if (std::exchange(ended_, false))
        return asks_ && is_hung_up(STDIN_FILENO) ? input_event{kind::stopped, {}, SIGHUP}
                                                 : input_event{};
    }
  }

private:
  // Returns a signal, or 0 after something was read.
  int wait() {
    if (asks_)
      std::cout << "> ";
    std::cout.flush();
    if (const int signal = signals_.wait_for_input(reader_.descriptor()); signal != 0)
      return signal;
    ended_ = !reader_.read([this](std::string_view line, bool is_whole) {
      lines_.push_back({is_whole ? kind::line : kind::too_long, std::string{line}});
    });
    return 0;
  }

  input_event take() {
    auto first = std::move(lines_.front());
    lines_.pop_front();
    return first;
  }

  input_event cancel() {
    reader_.drop_line();
    lines_.clear();
    std::cout << '\n';
    return {kind::cancelled};
  }

  input_event fail() {
    // Reading fails so when the terminal is gone.
    if (asks_ && is_hung_up(STDIN_FILENO))
      return {kind::stopped, {}, SIGHUP};
    return {kind::failed, {}, 0, reader_.reason()};
  }

  example::line_reader& reader_;
  bool asks_;
  const stop_signals& signals_;
  std::deque<input_event> lines_;
  bool ended_ = false;
};

} // namespace

std::unique_ptr<input> make_plain_input(example::line_reader& from, bool asks,
                                        const stop_signals& signals) {
  return std::make_unique<plain_input>(from, asks, signals);
}

#ifndef NOTEBOOK_HAS_LIBEDIT
const bool has_line_editor = false;

std::unique_ptr<input> make_line_editor(const stop_signals&, completer) {
  return nullptr;
}
#endif

} // namespace notebook_example
