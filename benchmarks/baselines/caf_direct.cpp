#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <caf/all.hpp>

#include "baselines/baselines.hpp"
#include "support/caf.hpp"
#include "support/stopwatch.hpp"
#include "support/workload.hpp"

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(workload::operation)

namespace {

using workload::operation;
using workload::stack;

using bench::go_atom;
using bench::go_atom_v;
using bench::join_atom;
using bench::join_atom_v;
using bench::submit_atom;
using bench::submit_atom_v;
using numbers = std::vector<std::int64_t>;

using client_handle = caf::typed_actor<bench::reacts<operation>, bench::reacts<go_atom>>;

} // namespace

BENCH_BEGIN_MESSAGES(bench_types, 1310);
BENCH_TYPE(bench_types, workload::operation);
BENCH_TYPE(bench_types, numbers);
BENCH_TYPE(bench_types, client_handle);
BENCH_END_MESSAGES(bench_types);

namespace {

using server_handle = caf::typed_actor<bench::reacts<submit_atom, operation>,
                                       bench::replies<numbers, join_atom, client_handle>>;

// What the actors tell the measuring thread.
struct scene {
  explicit scene(std::size_t clients) : joined(clients), finished(clients), digests(clients) {}

  std::uint64_t expected = 0;
  bench::countdown joined;
  bench::countdown finished;
  std::vector<std::uint32_t> digests;
  std::uint32_t server_digest = 0;
  bench::sighting applied;
};

server_handle::behavior_type server(server_handle::pointer self, numbers initial, scene* in) {
  struct state {
    stack data;
    std::vector<client_handle> clients;
  };
  auto mine = std::make_shared<state>();
  mine->data.items = std::move(initial);
  return {
      [=](submit_atom, const operation& op) {
        reduce(mine->data, op);
        if (mine->data.applied == in->expected)
          in->server_digest = mine->data.digest();
        for (const auto& one : mine->clients)
          self->send(one, op);
      },
      [=](join_atom, const client_handle& one) {
        mine->clients.push_back(one);
        return mine->data.items;
      },
  };
}

template <class Self>
void submit_next(Self self, const server_handle& to, std::uint64_t& next) {
  self->send(to, submit_atom_v, workload::generate(9, next++));
}

// A client that has a copy, and submits an operation for each `go`.
client_handle::behavior_type client(client_handle::pointer self, const server_handle& to,
                                    std::size_t index, scene* in) {
  auto copy = std::make_shared<stack>();
  auto next = std::make_shared<std::uint64_t>(0);
  self->request(to, caf::infinite, join_atom_v, client_handle{self}).then([=](numbers& items) {
    copy->items = std::move(items);
    in->joined.arrive();
  });
  return {
      [=](const operation& op) {
        reduce(*copy, op);
        if (copy->applied == in->expected) {
          in->digests[index] = copy->digest();
          in->finished.arrive();
        }
        if (index == 0 && in->expected == 0)
          in->applied.seen();
      },
      [=](go_atom) { submit_next(self, to, *next); },
  };
}

// Submits `count` operations, some at a time, so that others have their turn; with a count of 0 one
// for each `go`.
caf::behavior producer(caf::event_based_actor* self, const server_handle& to, std::uint64_t stream,
                       std::uint64_t count) {
  auto next = std::make_shared<std::uint64_t>(0);
  return {[=](go_atom) {
    if (count == 0)
      return submit_next(self, to, *next);
    for (const auto end = std::min(count, *next + 64); *next < end; ++*next)
      self->send(to, submit_atom_v, workload::generate(stream, *next));
    if (*next < count)
      self->send(self, go_atom_v);
  }};
}

struct config : caf::actor_system_config {
  explicit config(const std::string& policy) {
    bench::set_policy(*this, policy);
    bench::set_workers(*this, std::max(2u, std::thread::hardware_concurrency()));
  }
};

std::vector<caf::actor> spawn_all(caf::actor_system& system, const server_handle& to,
                                  std::size_t clients, scene* in) {
  std::vector<caf::actor> all;
  for (std::size_t i = 0; i < clients; ++i)
    all.push_back(caf::actor_cast<caf::actor>(system.spawn(client, to, i, in)));
  in->joined.wait();
  return all;
}

// The server holds its clients and they hold it: all must be told to end.
void end_all(const server_handle& server, const std::vector<caf::actor>& others) {
  for (const auto& one : others)
    caf::anon_send_exit(one, caf::exit_reason::kill);
  caf::anon_send_exit(server, caf::exit_reason::kill);
}

} // namespace

bench::figures baselines::caf_fanout(const std::string& policy, std::size_t clients,
                                     std::uint64_t operations) {
  config settings{policy};
  caf::actor_system system{settings};
  scene in{clients};
  const auto each = operations / workload::producers;
  in.expected = each * workload::producers;
  const auto to = system.spawn(server, numbers{}, &in);
  auto others = spawn_all(system, to, clients, &in);
  for (std::uint64_t i = 0; i < workload::producers; ++i)
    others.push_back(system.spawn(producer, to, i, each));
  const bench::stopwatch watch;
  for (std::size_t i = clients; i < others.size(); ++i)
    caf::anon_send(others[i], go_atom_v);
  in.finished.wait();
  const double seconds = watch.seconds();
  workload::check_digests(in.digests, in.server_digest);
  end_all(to, others);
  return {{"deliveries/s", static_cast<double>(in.expected * clients) / seconds}};
}

bench::figures baselines::caf_latency(const std::string& policy, submitter who, std::size_t clients,
                                      int per_second, int count) {
  config settings{policy};
  caf::actor_system system{settings};
  scene in{clients};
  const auto to = system.spawn(server, numbers{}, &in);
  auto others = spawn_all(system, to, clients, &in);
  others.push_back(system.spawn(producer, to, std::uint64_t{9}, std::uint64_t{0}));
  const auto& actor = who == submitter::client ? others.front() : others.back();
  const auto submit = [&](int i) {
    if (who == submitter::thread)
      caf::anon_send(to, submit_atom_v, workload::generate(9, static_cast<std::uint64_t>(i)));
    else
      caf::anon_send(actor, go_atom_v);
  };
  auto measured = bench::latencies(per_second, count, submit, in.applied);
  end_all(to, others);
  return measured;
}

bench::figures baselines::caf_join(std::size_t clients, std::size_t size) {
  config settings{"sharing"};
  caf::actor_system system{settings};
  scene in{clients};
  const auto to = system.spawn(server, workload::large(size), &in);
  const bench::stopwatch watch;
  const auto others = spawn_all(system, to, clients, &in);
  const double seconds = watch.seconds();
  end_all(to, others);
  return {{"seconds", seconds}};
}
