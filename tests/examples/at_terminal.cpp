// Usage: at_terminal STEPS PROGRAM ARGUMENT...: lets a program run at a terminal of its own. A step
// is a line of the file STEPS:
//
//     expect TEXT     waits until the program has printed this, behind what was expected before
//     type TEXT       types this; \n is Enter, \t is Tab, and \C \D \U are Ctrl-C, Ctrl-D and Up
//     signal NUMBER   sends a signal
//     hang up         takes the terminal away
//     exit CODE       waits until the program has ended so
//
// It waits for what comes, and never for a time.

#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace {

class terminal {
public:
  explicit terminal(char** command) {
    const winsize size{24, 80, 0, 0};
    program_ = ::forkpty(&own_, nullptr, nullptr, &size);
    if (program_ < 0)
      throw std::runtime_error("no terminal");
    if (program_ == 0) {
      ::execvp(command[0], command);
      ::_exit(127);
    }
  }

  void step(const std::string& line) {
    const auto end = line.find(' ');
    const auto what = line.substr(0, end);
    const auto rest = end == line.npos ? std::string{} : line.substr(end + 1);
    if (what == "expect")
      expect(rest);
    else if (what == "type")
      type(rest);
    else if (what == "signal")
      ::kill(program_, std::stoi(rest));
    else if (line == "hang up")
      ::close(std::exchange(own_, -1));
    else if (what == "exit")
      expect_end(std::stoi(rest));
    else
      throw std::runtime_error("no step");
  }

  [[nodiscard]] const std::string& printed() const noexcept { return printed_; }

private:
  // Returns false at the end.
  bool read() {
    char block[4096];
    const auto got = own_ < 0 ? 0 : ::read(own_, block, sizeof block);
    if (got > 0)
      printed_.append(block, static_cast<std::size_t>(got));
    return got > 0 || (got < 0 && errno == EINTR);
  }

  void expect(const std::string& text) {
    std::size_t found = 0;
    while ((found = printed_.find(text, seen_)) == printed_.npos)
      if (!read())
        throw std::runtime_error("the program has ended");
    seen_ = found + text.size();
  }

  void type(std::string_view text) {
    constexpr std::string_view letters = "ntCDU";
    constexpr std::string_view keys[] = {"\n", "\t", "\x03", "\x04", "\x1b[A"};
    std::string all;
    for (std::size_t i = 0; i < text.size(); ++i)
      if (text[i] == '\\' && i + 1 < text.size())
        all += keys[letters.find(text[++i])];
      else
        all += text[i];
    if (::write(own_, all.data(), all.size()) != static_cast<ssize_t>(all.size()))
      throw std::runtime_error("cannot be typed");
  }

  void expect_end(int code) {
    while (read())
      continue;
    int status = 0;
    while (::waitpid(program_, &status, 0) < 0 && errno == EINTR)
      continue;
    const int got = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (got != code)
      throw std::runtime_error("exit code " + std::to_string(got));
  }

  int own_ = -1;
  pid_t program_ = -1;
  std::string printed_;
  // So much of it was expected.
  std::size_t seen_ = 0;
};

} // namespace

int main(int argc, char** argv) {
  if (argc < 3)
    return 2;
  ::setenv("TERM", "vt100", 1);
  std::ifstream steps{argv[1]};
  terminal one{argv + 2};
  std::string line;
  for (int number = 1; std::getline(steps, line); ++number)
    try {
      if (!line.empty())
        one.step(line);
    } catch (const std::exception& error) {
      std::cerr << argv[1] << ':' << number << ": " << line << ": " << error.what()
                << "\nprinted:\n"
                << one.printed() << '\n';
      return 1;
    }
  return 0;
}
