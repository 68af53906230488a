// Journals in a Redis, against Redis by hand.

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <hiredis/hiredis.h>
#include <nlohmann/json.hpp>

#include "journal_kept.hpp"
#include "libsync/redis.hpp"
#include "support/stopwatch.hpp"

namespace kept {

namespace {

using connection = std::unique_ptr<redisContext, decltype(&redisFree)>;

// A Redis of a run's own, whose files are in a folder.
class server {
public:
  server(const folder& in, const std::string& sync)
      : socket_((std::filesystem::temp_directory_path() /
                 ("libsync-bench-redis." + std::to_string(getpid())))
                    .string()) {
    std::vector<std::string> words{BENCH_REDIS_SERVER,
                                   "--port",
                                   "0",
                                   "--unixsocket",
                                   socket_,
                                   "--dir",
                                   in.path(),
                                   "--save",
                                   "",
                                   "--appendonly",
                                   "yes",
                                   "--appendfsync",
                                   sync,
                                   "--auto-aof-rewrite-percentage",
                                   "0"};
    std::vector<char*> arguments;
    for (auto& word : words)
      arguments.push_back(word.data());
    arguments.push_back(nullptr);
    id_ = fork();
    if (id_ < 0)
      throw std::runtime_error("no process can be started");
    if (id_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      const int nothing = open("/dev/null", O_WRONLY);
      dup2(nothing, STDOUT_FILENO);
      execv(BENCH_REDIS_SERVER, arguments.data());
      _exit(127);
    }
  }
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  ~server() {
    kill(id_, SIGKILL);
    waitpid(id_, nullptr, 0);
    std::filesystem::remove(socket_);
  }

  [[nodiscard]] const std::string& socket() const { return socket_; }

  // Returns once it listens.
  [[nodiscard]] connection connect() const {
    for (int tries = 0; tries < 1'000; ++tries) {
      connection made{redisConnectUnix(socket_.c_str()), redisFree};
      if (made && made->err == 0)
        return made;
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    throw std::runtime_error("redis-server does not start");
  }

private:
  std::string socket_;
  pid_t id_ = 0;
};

void check(bool is_done, const connection& in) {
  if (!is_done)
    throw std::runtime_error(std::string{"Redis: "} + in->errstr);
}

void expect_reply(const connection& in) {
  void* raw = nullptr;
  check(redisGetReply(in.get(), &raw) == REDIS_OK, in);
  const auto* said = static_cast<const redisReply*>(raw);
  const std::string error = said->type == REDIS_REPLY_ERROR ? said->str : "";
  freeReplyObject(raw);
  if (!error.empty())
    throw std::runtime_error("Redis: " + error);
}

// A commit is one command, or a transaction that is sent at once.
bench::figures by_hand(std::uint64_t operations, std::uint64_t batch) {
  const folder here;
  const server redis{here, "always"};
  const auto in = redis.connect();
  const auto put = [&](std::uint64_t i) {
    const auto text = nlohmann::json(operation(i)).dump();
    check(redisAppendCommand(in.get(), "HSET log %llu %b", static_cast<unsigned long long>(i + 1),
                             text.data(), text.size()) == REDIS_OK,
          in);
  };
  const bench::stopwatch watch;
  for (std::uint64_t i = 0; i < operations;) {
    const auto first = i;
    const auto end = std::min(i + batch, operations);
    if (batch != 1)
      check(redisAppendCommand(in.get(), "MULTI") == REDIS_OK, in);
    for (; i < end; ++i)
      put(i);
    if (batch != 1)
      check(redisAppendCommand(in.get(), "EXEC") == REDIS_OK, in);
    for (auto replies = end - first + (batch == 1 ? 0 : 2); replies != 0; --replies)
      expect_reply(in);
  }
  const auto seconds = watch.seconds();
  return {{"operations/s", static_cast<double>(operations) / seconds},
          {"bytes each", here.bytes() / static_cast<double>(operations)}};
}

bench::figures by_libsync(std::uint64_t operations, std::size_t clients,
                          libsync::durability level) {
  const folder here;
  const server redis{here, level == libsync::durability::synced ? "always" : "everysec"};
  static_cast<void>(redis.connect());
  return by_server(here,
                   libsync::redis_journal{.name = "kept",
                                          .level = level,
                                          .settings = {.data_every = never, .keep = 0},
                                          .socket = redis.socket(),
                                          .timeout = 60'000},
                   operations, clients);
}

} // namespace

void add_redis(std::uint64_t single, std::uint64_t operations, const add_subject& add) {
  add("Redis, a row a commit", 1, single, [=] { return by_hand(single, 1); });
  add("Redis, a batch a commit", 1, operations, [=] { return by_hand(operations, 4'096); });
  for (const std::size_t clients : {1, 4, 16}) {
    add("libsync in a Redis, synced", clients, operations,
        [=] { return by_libsync(operations, clients, libsync::durability::synced); });
    add("libsync in a Redis, relaxed", clients, operations,
        [=] { return by_libsync(operations, clients, libsync::durability::relaxed); });
  }
}

} // namespace kept
