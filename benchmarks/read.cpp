// What does it cost to read the newest data, on any thread, while another one changes them? Threads
// that read beside 0, 1000 and as many operations a second as go, for data of three sizes; what the
// readers cost the writer; and how long `snapshot` takes while an operation takes 400 ms.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "libsync/actors/session.hpp"

#include "baselines/held.hpp"
#include "libsync_subject.hpp"
#include "support/program.hpp"
#include "support/stopwatch.hpp"

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

struct change {
  std::size_t index = 0;
  bool is_slow = false;
};

// Numbers of which the first and the last are equal whenever somebody looks.
struct numbers {
  using operation = change;
  std::vector<std::int64_t> all;

  explicit numbers(std::size_t size) : all(size) {}
  [[nodiscard]] bool is_whole() const { return all.front() == all.back(); }
};

void reduce(numbers& data, const change& op) {
  ++data.all.front();
  data.all[op.index % (data.all.size() - 2) + 1] += 1;
  ++data.all.back();
  if (op.is_slow)
    std::this_thread::sleep_for(milliseconds{400});
}

struct counter {
  using operation = change;
  std::int64_t value = 0;

  explicit counter(std::size_t) {}
  [[nodiscard]] bool is_whole() const { return value >= 0; }
};

void reduce(counter& data, const change&) {
  ++data.value;
}

// A session that one thread submits to and others read.
template <class Data, libsync::replica_mode Mode = libsync::own_copy>
class in_session {
public:
  static constexpr auto name = std::is_same_v<Mode, libsync::own_copy> ? "session" : "viewer";
  using data_type = Data;

  explicit in_session(Data initial) : server_(libsync::spawn_server(runtime_, std::move(initial))) {
    static_cast<void>(session_.snapshot()); // it has joined
  }

  template <class Function>
  auto read(Function f) const {
    return *session_.read(f);
  }
  [[nodiscard]] auto snapshot() const { return *session_.snapshot(); }

  void write(const change& op) { session_.post(op); }
  // How many operations the copy shows.
  [[nodiscard]] std::uint64_t written() const { return session_.version(); }
  void wait_for(std::uint64_t target) {
    if (const auto reached = session_.wait_for(target, libsync_subject::patience); !reached)
      throw std::runtime_error(reached.reason());
  }

private:
  libsync::runtime runtime_;
  libsync::server<Data> server_;
  libsync::session<Data, Mode> session_{server_};
};

template <class Data>
using viewer = in_session<Data, libsync::shared_view>;

// One look at what a system holds; returns whether it was whole.
struct by_read {
  static constexpr auto name = "read";
  bool operator()(const auto& from) const {
    return from.read([](const auto& data) { return data.is_whole(); });
  }
};

struct by_snapshot {
  static constexpr auto name = "snapshot";
  bool operator()(const auto& from) const { return from.snapshot().data->is_whole(); }
};

struct by_nothing {
  static constexpr auto name = "nothing";
  bool operator()(const auto&) const { return true; }
};

struct load {
  int readers = 0;
  /// Looks a second of each reader; 0: as many as go.
  int paced = 0;
  /// Operations a second; 0: none; negative: as many as go.
  int writes = 0;
  milliseconds time{200};
};

// Writes until `done`, and returns how many operations that were.
template <class System>
std::uint64_t write_until(const std::atomic<bool>& done, System& to, int per_second) {
  std::uint64_t count = 0;
  auto next = bench::steady::now();
  while (!done.load(std::memory_order_relaxed)) {
    if (per_second == 0) {
      std::this_thread::sleep_for(milliseconds{1});
    } else if (per_second > 0) {
      to.write({count, false});
      ++count;
      next += microseconds{1'000'000 / per_second};
      std::this_thread::sleep_until(next);
    } else {
      to.write({count, false});
      ++count;
    }
  }
  if constexpr (requires { to.written(); })
    return to.written(); // no more than readers could see
  else
    return count;
}

// The processors' time that a thread, or the program, has had.
double busy_seconds(clockid_t whose = CLOCK_THREAD_CPUTIME_ID) {
  timespec spent{};
  clock_gettime(whose, &spent);
  return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) * 1e-9;
}

template <class System, class Look>
bench::figures beside(System& system, Look look, const load& what) {
  std::atomic<bool> done{false};
  std::atomic<bool> torn{false};
  std::atomic<std::uint64_t> reads{0};
  std::atomic<double> busy{0};
  bench::countdown ready{static_cast<std::size_t>(what.readers)};
  std::vector<std::jthread> threads;
  for (int i = 0; i < what.readers; ++i)
    threads.emplace_back([&] {
      ready.arrive();
      std::uint64_t count = 0;
      const auto begun = busy_seconds();
      auto next = bench::steady::now();
      for (; !done.load(std::memory_order_relaxed); ++count) {
        if (!look(system))
          torn = true;
        if (what.paced > 0)
          std::this_thread::sleep_until(next += microseconds{1'000'000 / what.paced});
      }
      reads += count;
      busy += busy_seconds() - begun;
    });
  if (what.readers > 0)
    ready.wait();
  const bench::stopwatch watch;
  const auto busy_before = busy_seconds(CLOCK_PROCESS_CPUTIME_ID);
  std::jthread alarm{[&] {
    std::this_thread::sleep_for(what.time);
    done = true;
  }};
  const auto written = write_until(done, system, what.writes);
  threads.clear();
  const double seconds = watch.seconds();
  if (torn)
    throw std::runtime_error("a reader saw a part of an operation");
  bench::figures measured{{"reads/s", static_cast<double>(reads) / seconds},
                          {"writes/s", static_cast<double>(written) / seconds}};
  const auto busy_writing = busy_seconds(CLOCK_PROCESS_CPUTIME_ID) - busy_before - busy;
  if (reads > 0)
    measured["busy ns a read"] = busy * 1e9 / static_cast<double>(reads);
  if (written > 0)
    measured["busy ns a write"] = busy_writing * 1e9 / static_cast<double>(written);
  return measured;
}

// Microseconds of `snapshot`, called every 200 us while one operation follows the other.
bench::figures while_slow(int operations) {
  in_session<numbers> system{numbers{128}};
  std::atomic<bool> done{false};
  std::jthread writer{[&] {
    constexpr std::uint64_t others = 4096;
    for (std::uint64_t i = 1; i <= static_cast<std::uint64_t>(operations); ++i) {
      for (std::uint64_t j = 0; j < others; ++j)
        system.write({j, false});
      system.write({0, true});
      system.wait_for(i * (others + 1));
    }
    done = true;
  }};
  std::vector<double> all;
  while (!done) {
    const bench::stopwatch watch;
    if (!system.snapshot().data->is_whole())
      throw std::runtime_error("a reader saw a part of an operation");
    all.push_back(watch.seconds() * 1e6);
    std::this_thread::sleep_for(microseconds{200});
  }
  std::sort(all.begin(), all.end());
  const auto at = [&](double part) {
    return all[static_cast<std::size_t>(part * static_cast<double>(all.size() - 1))];
  };
  return {{"us p50", at(0.5)}, {"us p99", at(0.99)}, {"us at most", all.back()}};
}

class subjects {
public:
  subjects(milliseconds time, bool with_baselines) : time_(time), with_baselines_(with_baselines) {}

  std::vector<bench::subject> all;

  template <class Data>
  void reading(const std::string& data, std::size_t size) {
    for (const int writes : {0, 1000, -1})
      for (const int threads : {1, 2, 4}) {
        const auto bench = data + (writes < 0 ? ", flood" : ", " + std::to_string(writes) + "/s");
        const load what{threads, 0, writes, time_};
        add<in_session<Data>, by_read>(bench, size, what);
        add<baselines::mutexed<Data>, by_read>(bench, size, what);
#ifdef BENCH_HAS_URCU
        if (with_baselines_)
          add<baselines::rcu<Data>, by_read>(bench, size, what);
#endif
        add<in_session<Data>, by_snapshot>(bench, size, what);
        add<viewer<Data>, by_read>(bench, size, what);
        add<viewer<Data>, by_snapshot>(bench, size, what);
        add<baselines::pointed_at<Data>, by_read>(bench, size, what);
      }
  }

  // What readers cost the writer.
  template <class System>
  void writing(const std::string& data, std::size_t size) {
    const auto bench = data + ", writer";
    const std::string unit = "writes/s";
    add<System, by_nothing>(bench, size, {0, 0, -1, 5 * time_}, unit);
    for (const int threads : {1, 2})
      for (const int paced : {10'000, 0}) {
        const load what{threads, paced, -1, 5 * time_};
        add<System, by_nothing>(bench, size, what, unit);
        add<System, by_read>(bench, size, what, unit);
        add<System, by_snapshot>(bench, size, what, unit);
      }
  }

private:
  template <class System, class Look>
  void add(const std::string& bench, std::size_t size, const load& what,
           const std::string& unit = "reads/s") {
    using data = typename System::data_type;
    constexpr bool is_ours = requires(System held) {
      held.written();
    };
    auto system = std::string{System::name} + (is_ours ? std::string{" "} + Look::name : "");
    if (what.paced > 0)
      system += ", paced";
    all.push_back({bench, system, static_cast<std::size_t>(what.readers), 0, {unit}, [=] {
                     System held{data(size)};
                     return beside(held, Look{}, what);
                   }});
  }

  milliseconds time_;
  [[maybe_unused]] bool with_baselines_;
};

} // namespace

int main(int argc, char** argv) {
  bench::program program{"Reads a second, by threads (\"clients\"), beside a writer."};
  bool with_baselines = false;
  program.app.add_flag("--baselines,--peers", with_baselines,
                       "also userspace RCU, installed if it is missing");
  CLI11_PARSE(program.app, argc, argv);
#ifndef BENCH_HAS_URCU
  if (with_baselines) {
    std::cerr << "read: built without liburcu; scripts/bench read --baselines installs it\n";
    return 2;
  }
#endif

  subjects those{milliseconds{program.quick ? 2 : 200}, with_baselines};
  const std::size_t million = program.quick ? 1000 : 1'000'000;
  those.reading<counter>("counter", 1);
  those.reading<numbers>("1 kB", 128);
  those.reading<numbers>("million", million);
  those.writing<in_session<counter>>("counter", 1);
  those.writing<in_session<numbers>>("1 kB", 128);
  those.writing<viewer<numbers>>("1 kB", 128);
  const int slow = program.quick ? 1 : 5;
  those.all.push_back({"400 ms", "libsync snapshot", 1, 0, {"us p50", "us p99", "us at most"}, [=] {
                         return while_slow(slow);
                       }});
  return program.measure(std::move(those.all));
}
