#include "support/redis_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <string_view>
#include <utility>

#include "libsync/redis/detail/connection.hpp"
#include "support/catch.hpp"

namespace redis_process {

namespace {

// No system gives these ports to connections by itself, so that nobody takes one while its Redis is
// gone.
int some_port() {
  static std::random_device random;
  return std::uniform_int_distribution{20'000, 32'000}(random);
}

std::string words_of(const libsync::detail::redis::reply& from) {
  using kind = libsync::detail::redis::reply::kind;
  if (from.what == kind::number)
    return std::to_string(from.number);
  std::string all = from.text;
  for (const auto& one : from.list)
    all += words_of(one) + '\n';
  return all;
}

} // namespace

process::process(std::vector<std::string> options) : options_{std::move(options)} {
  // Somebody else may have the port.
  for (int tries = 0; tries < 20; ++tries) {
    port_ = some_port();
    if (try_start())
      return;
  }
  FAIL("redis-server does not start");
}

void process::start() {
  REQUIRE(try_start());
}

bool process::try_start() {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  std::vector<std::string> words{REDIS_SERVER,
                                 "--port",
                                 std::to_string(port_),
                                 "--bind",
                                 "127.0.0.1",
                                 "--unixsocket",
                                 socket(),
                                 "--dir",
                                 (folder_ / "").string(),
                                 "--save",
                                 "",
                                 "--appendonly",
                                 "yes",
                                 "--appendfsync",
                                 "always",
                                 "--auto-aof-rewrite-percentage",
                                 "0"};
  words.insert(words.end(), options_.begin(), options_.end());
  std::vector<char*> arguments;
  for (auto& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  id_ = fork();
  REQUIRE(id_ >= 0);
  if (id_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    execv(REDIS_SERVER, arguments.data());
    _exit(127);
  }
  close(ends[1]);
  std::string said;
  char some[512];
  bool is_ready = false;
  for (ssize_t size = 0; !is_ready && (size = read(ends[0], some, sizeof some)) > 0;) {
    said.append(some, static_cast<std::size_t>(size));
    is_ready = said.find("accept connections at") != std::string::npos; // its last socket's
  }
  close(ends[0]); // what it says from now on nobody hears
  if (!is_ready) {
    kill();
    UNSCOPED_INFO(said);
  }
  return is_ready;
}

void process::kill() {
  if (id_ > 0) {
    ::kill(id_, SIGKILL);
    waitpid(std::exchange(id_, 0), nullptr, 0);
  }
}

void process::stop() const {
  ::kill(id_, SIGSTOP);
  int status = 0;
  REQUIRE(waitpid(id_, &status, WUNTRACED) == id_);
  REQUIRE(WIFSTOPPED(status));
}

void process::go_on() const {
  ::kill(id_, SIGCONT);
}

std::string process::run(const std::vector<std::string>& words) const {
  libsync::detail::redis::connection in{{.socket = socket(), .timeout = 60'000}, "test"};
  libsync::detail::redis::commands one;
  one.begin(words.size());
  for (const auto& word : words)
    one.part(word);
  return words_of(in.ask(one)[0]);
}

} // namespace redis_process
