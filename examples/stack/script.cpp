#include "script.hpp"

#include <iostream>
#include <utility>
#include <vector>

#include "command.hpp"
#include "conductor.hpp"
#include "shared/line_reader.hpp"

#include "libsync/caf.hpp"

namespace stack_example {
namespace {

using example::line_reader;

/// Reports what cannot be read as `FILE:LINE: what was expected`, and collects the rest.
class parser {
public:
  explicit parser(std::string file) : file_(std::move(file)) {}

  void add(std::string_view line, bool is_whole) {
    ++number_;
    if (!is_whole)
      return report("expected a line of at most " + std::to_string(line_reader::longest_line) +
                    " bytes");
    auto read = read_command(line, number_);
    if (auto* one = std::get_if<command>(&read))
      commands_.push_back(std::move(*one));
    else if (const auto* expected = std::get_if<std::string>(&read))
      report(*expected);
  }

  [[nodiscard]] std::vector<command> take() { return std::exchange(commands_, {}); }
  [[nodiscard]] bool failed() const noexcept { return failed_; }

private:
  void report(const std::string& expected) {
    std::cout.flush();
    std::cerr << file_ << ':' << number_ << ": " << expected << '\n';
    failed_ = true;
  }

  std::string file_;
  std::size_t number_ = 0;
  std::vector<command> commands_;
  bool failed_ = false;
};

void print(const summary& end) {
  std::cout << "server: version " << end.server << '\n';
  for (const auto& [name, at] : end.members)
    std::cout << name << ": version " << at << '\n';
  if (!end.agree)
    std::cout << "the copies differ\n";
  std::cout << "data: " << *end.data << std::endl;
}

} // namespace

int run_script(const std::string& file, bool quiet, const libsync::server_options<stack>& how) {
  const std::string name = file == "-" ? "stdin" : file;
  line_reader reader{file};
  parser lines{name};
  libsync::config config{2}; // lines come one by one: more workers only contend
  caf::actor_system system{config};
  auto server = libsync::spawn_server(system, stack{}, how);
  auto conductor = spawn_conductor(system, server, quiet);
  caf::scoped_actor self{system};
  bool lost = false;
  const auto fail = [&](caf::error& why) {
    std::cerr << name << ": the clients ended early: " << to_string(why) << '\n';
    lost = true;
  };
  const auto run_what_is_read = [&] {
    self->request(conductor, caf::infinite, libsync::submit_atom_v, libsync::enclose(lines.take()))
        .receive([] {}, fail);
    std::cout.flush();
  };
  const auto collect = [&](std::string_view line, bool is_whole) { lines.add(line, is_whole); };
  while (reader.reason().empty() && !lost && reader.read(collect))
    run_what_is_read();
  if (!lost)
    run_what_is_read();
  if (!reader.reason().empty()) {
    std::cerr << name << ": cannot be read: " << reader.reason() << '\n';
    return 2;
  }
  if (lost)
    return 1;
  bool agree = false;
  self->request(conductor, caf::infinite, libsync::close_atom_v)
      .receive(
          [&](const libsync::envelope& what) {
            const auto& end = what.as<summary>();
            print(end);
            agree = end.agree;
          },
          fail);
  return !agree ? 1 : lines.failed() ? 2 : 0;
}

} // namespace stack_example
