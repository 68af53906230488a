#include "baselines/programs.hpp"

#include <cstdio>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "support/subprocess.hpp"

namespace {

// Runs a command and returns the figures that it prints as JSON.
bench::figures run(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr)
    throw std::runtime_error("cannot run: " + command);
  std::string text;
  char buffer[512];
  while (fgets(buffer, sizeof buffer, pipe) != nullptr)
    text += buffer;
  const int status = pclose(pipe);
  const auto answer = nlohmann::json::parse(text, nullptr, false);
  if (status != 0 || !answer.is_object())
    throw std::runtime_error("no figures came from: " + command + "\n" + text);
  bench::figures measured;
  for (const auto& [name, value] : answer.items())
    measured.emplace(name, value);
  return measured;
}

std::string with(const std::string& command, std::initializer_list<std::uint64_t> numbers) {
  std::string all = command;
  for (const auto number : numbers)
    all += ' ' + std::to_string(number);
  return all;
}

// scripts/bench builds the Go program there.
const std::string go = BENCH_BINARY_DIR "/go_baseline";
const std::string elixir = "elixir " BENCH_SOURCE_DIR "/baselines/elixir_baseline.exs";
const std::string node = "node " BENCH_SOURCE_DIR "/baselines/text_baseline.js";
// scripts/bench installs Yjs there.
const std::string yjs =
    "NODE_PATH=" BENCH_BINARY_DIR "/node_modules node " BENCH_SOURCE_DIR "/baselines/yjs_trace.js";
const std::string erlang = "escript " BENCH_SOURCE_DIR "/baselines/statebox_baseline.escript";

} // namespace

bench::figures baselines::go_fanout(std::size_t clients, std::uint64_t operations) {
  return run(with(go + " fanout", {clients, operations}));
}

bench::figures baselines::elixir_fanout(std::size_t clients, std::uint64_t operations) {
  return run(with(elixir + " fanout", {clients, operations}));
}

bench::figures baselines::go_latency(std::size_t clients, int per_second, int count) {
  return run(with(go + " latency", {clients, static_cast<std::uint64_t>(per_second),
                                    static_cast<std::uint64_t>(count)}));
}

bench::figures baselines::go_join(std::size_t clients, std::size_t size) {
  return run(with(go + " join", {clients, size}));
}

bench::figures baselines::node_text(const std::string& what, std::size_t operations,
                                    std::size_t pairs, std::uint64_t rounds) {
  return run(with(node + ' ' + what, {operations, pairs, rounds}));
}

bench::figures baselines::yjs_trace(const std::string& path) {
  return run(yjs + ' ' + bench::quoted(path));
}

bench::figures baselines::erlang_modify(const std::string& operation, std::size_t keys,
                                        std::size_t count) {
  return run(with(erlang + " modify " + operation, {keys, count}));
}

bench::figures baselines::erlang_merge(const std::string& operation, std::size_t keys,
                                       std::size_t siblings, std::size_t events) {
  return run(with(erlang + " merge " + operation, {keys, siblings, events}));
}
