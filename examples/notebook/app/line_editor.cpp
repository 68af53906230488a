// Editing a line at a terminal, by libedit.

#include <histedit.h>
#include <langinfo.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstring>
#include <cwchar>
#include <iostream>
#include <stdexcept>
#include <utility>

#include "notebook/app/input.hpp"
#include "notebook/app/layout.hpp"

namespace notebook_example {

const bool has_line_editor = true;

namespace {

using kind = input_event::kind;

char* prompt(EditLine*) {
  static char text[] = "> ";
  return text;
}

// libedit reads what is typed as the locale says. The notebook is UTF-8 in any locale.
void read_utf8() {
  if (std::setlocale(LC_CTYPE, "") == nullptr || std::strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
    std::setlocale(LC_CTYPE, "C.UTF-8");
}

class line_editor final : public input {
public:
  line_editor(const stop_signals& signals, completer complete)
      : signals_(signals), complete_(std::move(complete)) {
    read_utf8();
    editor_ = el_init("notebook", stdin, stdout, stderr);
    history_ = history_init();
    if (editor_ == nullptr || history_ == nullptr)
      throw std::runtime_error("the terminal cannot be set up");
    HistEvent none{};
    history(history_, &none, H_SETSIZE, 1000);
    history(history_, &none, H_SETUNIQUE, 1);
    el_set(editor_, EL_CLIENTDATA, this);
    el_set(editor_, EL_PROMPT, prompt);
    el_set(editor_, EL_EDITOR, "emacs");
    el_set(editor_, EL_SIGNAL, 1); // for a new size, and for Ctrl-Z
    el_set(editor_, EL_HIST, history, history_);
    el_set(editor_, EL_GETCFN, read_character);
    el_set(editor_, EL_ADDFN, "notebook-complete", "completes a word", complete_word);
    el_set(editor_, EL_BIND, "^I", "notebook-complete", nullptr);
    el_source(editor_, nullptr);
  }

  ~line_editor() override {
    history_end(history_);
    el_end(editor_);
  }

  input_event next() override {
    std::cout.flush();
    now_ = {};
    int size = 0;
    el_set(editor_, EL_PREP_TERM, 1); // before the prompt, so that keys mean at once what they say
    const char* const line = el_gets(editor_, &size);
    if (line == nullptr || size <= 0) {
      std::cout << (now_.what == kind::cancelled ? "^C\n" : "\n");
      return std::exchange(now_, {});
    }
    HistEvent none{};
    std::string_view text{line, static_cast<std::size_t>(size)};
    if (text.ends_with('\n'))
      text.remove_suffix(1);
    if (text.find_first_not_of(" \t") != text.npos)
      history(history_, &none, H_ENTER, std::string{text}.c_str());
    return {kind::line, std::string{text}};
  }

private:
  static line_editor& self(EditLine* editor) {
    void* found = nullptr;
    el_get(editor, EL_CLIENTDATA, &found);
    return *static_cast<line_editor*>(found);
  }

  // Waits for a signal too, which libedit's own function does not.
  static int read_character(EditLine* editor, wchar_t* to) {
    auto& [what, line, signal, reason] = self(editor).now_;
    std::mbstate_t state{};
    for (;;) {
      signal = self(editor).signals_.wait_for_input(STDIN_FILENO);
      if (signal != 0) {
        what = signal == SIGINT ? kind::cancelled : kind::stopped;
        return 0;
      }
      char byte = 0;
      const auto got = ::read(STDIN_FILENO, &byte, 1);
      if (got < 0 && (errno == EINTR || errno == EAGAIN))
        continue;
      if (got <= 0) { // Ctrl-D is a character here, so the terminal is gone
        what = kind::stopped;
        signal = SIGHUP;
        return 0;
      }
      const auto used = std::mbrtowc(to, &byte, 1, &state);
      if (used == static_cast<std::size_t>(-2))
        continue;
      if (used == static_cast<std::size_t>(-1))
        *to = L'\uFFFD';
      return 1;
    }
  }

  static unsigned char complete_word(EditLine* editor, int) {
    const auto* const info = el_line(editor);
    const std::string_view before{info->buffer,
                                  static_cast<std::size_t>(info->cursor - info->buffer)};
    const auto word = before.substr(before.find_last_of(" \t") + 1);
    const auto all = self(editor).complete_(before);
    if (all.empty())
      return CC_ERROR;
    auto common = all.front();
    for (const auto& one : all)
      common.erase(std::mismatch(common.begin(), common.end(), one.begin(), one.end()).first,
                   common.end());
    if (all.size() == 1)
      common += ' ';
    if (common.size() > word.size())
      return el_insertstr(editor, common.substr(word.size()).c_str()) == 0 ? CC_REFRESH : CC_ERROR;
    std::cout << '\n' << list_words(all, columns_of(STDOUT_FILENO)) << std::endl;
    return CC_REDISPLAY;
  }

  const stop_signals& signals_;
  completer complete_;
  EditLine* editor_ = nullptr;
  History* history_ = nullptr;
  input_event now_;
};

} // namespace

std::unique_ptr<input> make_line_editor(const stop_signals& signals, completer complete) {
  return std::make_unique<line_editor>(signals, std::move(complete));
}

} // namespace notebook_example
