#pragma once

/// What the journals that are measured keep, and where.

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "libsync/actors.hpp"
#include "libsync/journal.hpp"
#include "support/stopwatch.hpp"
#include "support/subprocess.hpp"

namespace kept {

struct add {
  std::int64_t account = 0;
  std::int64_t amount = 0;
};

struct accounts {
  using operation = add;
  std::vector<std::int64_t> all = std::vector<std::int64_t>(1'000);
  std::int64_t count = 0;
};

inline void reduce(accounts& data, const add& op) {
  data.all[static_cast<std::size_t>(op.account) % data.all.size()] += op.amount;
  ++data.count;
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(add, account, amount)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(accounts, all, count)

/// A folder on a disk, beside the program: /tmp may be memory.
class folder {
public:
  folder() : at_(std::filesystem::current_path() / ("journal." + std::to_string(getpid()))) {
    std::filesystem::create_directories(at_);
  }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  ~folder() { std::filesystem::remove_all(at_); }

  [[nodiscard]] const std::filesystem::path& path() const { return at_; }
  [[nodiscard]] double bytes() const {
    double sum = 0;
    for (const auto& one : std::filesystem::recursive_directory_iterator{at_})
      if (one.is_regular_file())
        sum += static_cast<double>(one.file_size());
    return sum;
  }

private:
  std::filesystem::path at_;
};

inline add operation(std::uint64_t i) {
  return {static_cast<std::int64_t>(i % 1'000), static_cast<std::int64_t>(i % 17)};
}

/// Returns once all operations are accepted, which they are when they are on the disk.
inline void flood(const libsync::server<accounts>& server, std::uint64_t operations,
                  std::size_t clients) {
  std::vector<std::thread> threads;
  for (std::size_t client = 0; client < clients; ++client)
    threads.emplace_back([&] {
      libsync::session<accounts> session{server};
      for (std::uint64_t i = 1; i < operations / clients; ++i)
        session.post(operation(i));
      if (!session.submit(operation(0)).get().is_accepted())
        std::abort();
    });
  for (auto& one : threads)
    one.join();
}

/// Data are not stored again.
constexpr std::uint64_t never = 1'000'000'000'000;

/// Floods a server with that journal in `here`.
template <class Journal>
bench::figures by_server(const folder& here, const Journal& in, std::uint64_t operations,
                         std::size_t clients) {
  double seconds = 0;
  {
    libsync::runtime runtime;
    const auto server = libsync::spawn_server(runtime, accounts{}, {.journal = in});
    const bench::stopwatch watch;
    flood(server, operations, clients);
    seconds = watch.seconds();
  }
  return {{"operations/s", static_cast<double>(operations) / seconds},
          {"bytes each", here.bytes() / static_cast<double>(operations)}};
}

/// Adds a subject: its name, how many clients and operations it has, and how one run is done.
using add_subject =
    std::function<void(const std::string& name, std::size_t clients, std::uint64_t operations,
                       std::function<bench::figures()> run)>;

/// Adds the subjects whose rows are in a Redis, or says why not.
void add_redis(std::uint64_t single, std::uint64_t operations, const add_subject& add);

} // namespace kept
