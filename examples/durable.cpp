// A list of things to do, which survives `kill -9`. Each run of the program goes on with the file:
//
//     durable todo.db add "buy milk"
//     durable todo.db done 1
//     durable todo.db
//
// Without arguments it shows what happens to a server that is killed.

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "libsync/actors.hpp"
#include "libsync/journal.hpp"
#include "libsync/sqlite.hpp"

namespace {

// -- the data -------------------------------------------------------------------------------------

struct add {
  std::string text;
};
struct done {
  int number;
};

struct todo {
  using operation = std::variant<add, done>;
  std::map<int, std::string> open;
  int last = 0;
};

void reduce(todo& list, const add& op) {
  list.open[++list.last] = op.text;
}

libsync::outcome reduce(todo& list, const done& op) {
  return list.open.erase(op.number) != 0 ? libsync::accepted()
                                         : libsync::refused("there is nothing of that number");
}

// -- how it is stored -----------------------------------------------------------------------------

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(add, text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(done, number)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(todo, open, last)

auto serve(libsync::runtime& runtime, const std::string& file) {
  return libsync::spawn_server(runtime, todo{}, {.journal = libsync::sqlite_journal{file}});
}

// -- the program ----------------------------------------------------------------------------------

void show(const libsync::session<todo>& session) {
  if (session.snapshot()->data->open.empty())
    std::cout << "  nothing is left to do\n";
  for (const auto& [number, text] : session.snapshot()->data->open)
    std::cout << "  " << number << "  " << text << '\n';
}

int run(const std::string& file, const std::string& command, const std::string& argument) {
  libsync::runtime runtime;
  auto server = serve(runtime, file);
  libsync::session session{server};
  auto told = libsync::receipt::accepted(0);
  if (command == "add")
    told = session.submit(add{argument}).get();
  else if (command == "done")
    told = session.submit(done{std::atoi(argument.c_str())}).get();
  if (!told.is_accepted())
    std::cerr << told << '\n';
  show(session);
  return told.is_accepted() ? EXIT_SUCCESS : EXIT_FAILURE;
}

// Adds to the list in a process of its own, which is killed as soon as the last one is accepted.
void add_and_die(const std::string& file, const std::vector<std::string>& texts) {
  const auto process = fork();
  if (process != 0) {
    int status = 0;
    waitpid(process, &status, 0);
    std::cout << (WIFSIGNALED(status) ? "killed" : "it has ended by itself") << std::endl;
    return;
  }
  libsync::runtime runtime;
  auto server = serve(runtime, file);
  libsync::session session{server};
  for (const auto& text : texts)
    std::cout << "add " << text << ": " << session.submit(add{text}).get() << std::endl;
  kill(getpid(), SIGKILL);
}

void show_deaths() {
  const auto file =
      std::filesystem::temp_directory_path() / ("durable." + std::to_string(getpid()));
  add_and_die(file, {"buy milk", "call ann"});
  add_and_die(file, {"sleep"});
  std::cout << "what is there:\n";
  run(file, "done", "2");
  for (const char* ending : {"", "-wal", "-shm"})
    std::filesystem::remove(file.string() + ending);
}

} // namespace

int main(int count, char** arguments) try {
  if (count == 1)
    return show_deaths(), EXIT_SUCCESS;
  return run(arguments[1], count > 2 ? arguments[2] : "", count > 3 ? arguments[3] : "");
} catch (const libsync::storage_error& error) {
  std::cerr << error.what() << '\n';
  return EXIT_FAILURE;
}
