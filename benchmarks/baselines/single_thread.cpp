#include <algorithm>
#include <vector>

#include "baselines/baselines.hpp"
#include "support/stopwatch.hpp"
#include "support/workload.hpp"

namespace {

constexpr std::size_t block = 1024;

using workload::operation;
using workload::stack;

double by_operation(std::vector<stack>& copies, const std::vector<operation>& operations) {
  const bench::stopwatch watch;
  for (const auto& op : operations)
    for (auto& copy : copies)
      reduce(copy, op);
  return watch.seconds();
}

double by_block(std::vector<stack>& copies, const std::vector<operation>& operations) {
  const bench::stopwatch watch;
  for (std::size_t begin = 0; begin < operations.size(); begin += block) {
    const auto end = std::min(operations.size(), begin + block);
    for (auto& copy : copies)
      for (std::size_t i = begin; i < end; ++i)
        reduce(copy, operations[i]);
  }
  return watch.seconds();
}

} // namespace

bench::figures baselines::single_thread_fanout(std::size_t clients, std::uint64_t operations) {
  std::vector<operation> stream;
  stack server;
  for (std::uint64_t i = 0; i < operations; ++i) {
    stream.push_back(workload::generate(i % workload::producers, i / workload::producers));
    reduce(server, stream.back());
  }
  double best = 0;
  for (const auto order : {by_operation, by_block}) {
    std::vector<stack> copies(clients);
    const double seconds = order(copies, stream);
    best = best == 0 ? seconds : std::min(best, seconds);
    std::vector<std::uint32_t> digests;
    for (const auto& copy : copies)
      digests.push_back(copy.digest());
    workload::check_digests(digests, server.digest());
  }
  return {{"deliveries/s", static_cast<double>(operations * clients) / best}};
}
