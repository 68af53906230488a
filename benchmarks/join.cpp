// What does it cost to join a large state, and to look at it? 1000 clients join 1,000,000 numbers
// that nobody changes; 1000 viewers look at them while they change.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "baselines/baselines.hpp"
#include "baselines/programs.hpp"
#include "libsync_subject.hpp"
#include "support/program.hpp"

namespace {

bench::figures join(std::size_t clients, std::size_t size) {
  libsync_subject::config settings;
  caf::actor_system system{settings};
  workload::stack initial;
  initial.items = workload::large(size);
  const double before = bench::resident_mib();
  auto server = libsync::spawn_server(system, std::move(initial));
  const bench::stopwatch watch;
  std::vector<libsync_subject::client> all;
  for (std::size_t i = 0; i < clients; ++i)
    all.push_back(libsync::spawn_client(server));
  std::vector<libsync::snapshot<workload::stack>> copies;
  for (const auto& one : all)
    copies.push_back(libsync_subject::got(one.snapshot()));
  bench::figures measured{{"seconds", watch.seconds()},
                          {"grown_mib", bench::resident_mib() - before}};
  for (const auto& one : copies)
    if (one.data != copies.front().data || one.data->items.size() != size)
      throw std::runtime_error("a client has data of its own");
  return measured;
}

// The same work, counting how often the numbers are copied.
struct counting_stack : workload::stack {
  using operation = workload::operation;

  counting_stack() { ++alive; }
  counting_stack(const counting_stack& other) : stack(other) {
    ++copies;
    if (const int now = ++alive; now > most_alive)
      most_alive = now;
  }
  counting_stack(counting_stack&& other) noexcept : stack(std::move(other)) { ++alive; }
  counting_stack& operator=(const counting_stack& other) {
    stack::operator=(other);
    ++copies;
    return *this;
  }
  counting_stack& operator=(counting_stack&&) = default;
  ~counting_stack() { --alive; }

  static inline std::atomic<int> copies{0};
  static inline std::atomic<int> alive{0};
  static inline std::atomic<int> most_alive{0};
};

void reduce(counting_stack& self, const workload::operation& op) {
  workload::reduce(self, op);
}

// Viewers of a large state, the first of which submit: all at once, or each operation only when the
// one before is shown.
bench::figures view(std::size_t viewers, std::size_t size, std::uint64_t operations,
                    bool one_by_one) {
  using session = libsync::session<counting_stack, libsync::shared_view>;
  using client = libsync::client<counting_stack, libsync::shared_view>;
  libsync_subject::config settings;
  caf::actor_system system{settings};
  counting_stack initial;
  initial.items = workload::large(size);
  auto server = libsync::spawn_server(system, std::move(initial));
  std::vector<std::unique_ptr<session>> submitters;
  for (std::uint64_t i = 0; i < workload::producers; ++i)
    submitters.push_back(std::make_unique<session>(server));
  std::vector<client> others;
  for (std::size_t i = submitters.size(); i < viewers; ++i)
    others.push_back(libsync::spawn_client<libsync::shared_view>(server));
  for (const auto& one : others)
    static_cast<void>(libsync_subject::got(one.snapshot()));
  const bench::stopwatch watch;
  if (one_by_one)
    for (std::uint64_t i = 0; i < operations; ++i)
      submitters[0]->submit(workload::generate(0, i)).get();
  else
    libsync_subject::post_all(submitters, operations / workload::producers);
  libsync_subject::wait_for_all(submitters, operations);
  bench::figures measured{{"us/operation", watch.seconds() * 1e6 / static_cast<double>(operations)},
                          {"copies", counting_stack::copies.load()},
                          {"most alive", counting_stack::most_alive.load()}};
  const auto status = libsync_subject::got(server.status());
  measured["batches"] = static_cast<double>(status.counters.batches);
  measured["resyncs"] = static_cast<double>(status.counters.snapshots - status.members);
  const auto expected = libsync_subject::digest_of(server);
  for (const auto& one : others) {
    while (libsync_subject::got(one.status()).version < operations)
      std::this_thread::yield();
    if (libsync_subject::digest_of(one) != expected)
      throw std::runtime_error("a viewer shows other data than the server's");
  }
  return measured;
}

} // namespace

int main(int argc, char** argv) {
  bench::program program{
      "What it takes to join a large state, and to look at it while it changes."};
  std::size_t clients = 1000;
  std::size_t size = 1'000'000;
  bool with_baselines = false;
  program.app.add_option("--clients", clients, "number of clients");
  program.app.add_option("--size", size, "numbers in the state");
  program.app.add_flag("--baselines,--peers", with_baselines,
                       "also direct CAF and Go, which copy: 8 GB with the usual numbers");
  CLI11_PARSE(program.app, argc, argv);
  std::uint64_t fast = 100'000;
  std::uint64_t slow = 2'000;
  if (program.quick) {
    size = 10'000;
    slow = 200;
  }

  std::vector<bench::subject> subjects;
  const auto add = [&](const std::string& system, const std::function<bench::figures()>& run) {
    subjects.push_back({"join", system, clients, 0, {"seconds", "peak_mib"}, run});
  };
  add("libsync", [=] { return join(clients, size); });
  if (with_baselines) {
    add("caf_direct", [=] { return baselines::caf_join(clients, size); });
    add("go", [=] { return baselines::go_join(clients, size); });
  }
  const auto look = [&](const std::string& how, std::size_t viewers, bool one_by_one) {
    const auto operations = one_by_one ? slow : fast;
    subjects.push_back({"view", how, viewers, operations, {"us/operation", "peak_mib"}, [=] {
                          return view(viewers, size, operations, one_by_one);
                        }});
  };
  for (const std::size_t viewers : {workload::producers, clients}) {
    look("as fast as it goes", viewers, false);
    look("one by one", viewers, true);
  }
  return program.measure(subjects);
}
