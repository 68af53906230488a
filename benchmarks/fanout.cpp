// How many operations a second reach all clients? 4 threads submit one by one through sessions;
// every client holds its own copy and applies all of them; the time runs from the first submission
// until the last client has the last operation. Every copy's digest must equal the server's.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>

#include "libsync/actors/session.hpp"
#include "workload.hpp"

namespace {

using session = libsync::session<workload::stack>;
constexpr std::uint64_t producers = 4;

struct result {
  double deliveries_per_second = 0;
  bool equal = true;
};

result run(std::size_t clients, std::uint64_t operations) {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, workload::stack{});
  std::vector<std::unique_ptr<session>> all;
  for (std::size_t i = 0; i < clients; ++i)
    all.push_back(std::make_unique<session>(server));
  for (const auto& one : all)
    static_cast<void>(one->snapshot()); // it has joined
  const auto begin = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> threads;
    for (std::uint64_t producer = 0; producer < producers; ++producer)
      threads.emplace_back([&, producer] {
        for (std::uint64_t i = 0; i < operations / producers; ++i)
          all[producer % clients]->post(workload::generate(producer, i));
      });
  }
  const auto last = operations / producers * producers;
  for (const auto& one : all)
    static_cast<void>(one->wait_for(last, std::chrono::minutes(10)));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  result measured;
  measured.deliveries_per_second =
      static_cast<double>(last) * static_cast<double>(clients) / seconds.count();
  session reader{server};
  const auto expected = reader.snapshot()->data->digest();
  for (const auto& one : all)
    measured.equal = measured.equal && one->snapshot()->data->digest() == expected;
  return measured;
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"Deliveries a second to 1 to 1000 clients; the median of several runs."};
  std::uint64_t deliveries = 400'000'000;
  int runs = 5;
  app.add_option("--deliveries", deliveries, "deliveries in one run");
  app.add_option("--runs", runs, "runs of which the median is shown")->check(CLI::Range(1, 99));
  CLI11_PARSE(app, argc, argv);

  bool equal = true;
  std::cout << "clients   operations   deliveries/s (millions, median)\n";
  for (const std::size_t clients : {1u, 10u, 100u, 1000u}) {
    const auto operations = std::clamp<std::uint64_t>(deliveries / clients, producers, 10'000'000);
    std::vector<double> figures;
    for (int i = 0; i < runs; ++i) {
      const auto measured = run(clients, operations);
      figures.push_back(measured.deliveries_per_second / 1e6);
      equal = equal && measured.equal;
    }
    std::nth_element(figures.begin(), figures.begin() + runs / 2, figures.end());
    std::cout << std::setw(7) << clients << std::setw(13) << operations << std::fixed
              << std::setprecision(1) << std::setw(16)
              << figures[static_cast<std::size_t>(runs) / 2] << std::endl;
  }
  if (!equal)
    std::cout << "the copies differ\n";
  return equal ? 0 : 1;
}
