#pragma once

/// Peers in other languages: programs that are built and run, and print one line of JSON.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "support/subprocess.hpp"

namespace baselines {

bench::figures go_fanout(std::size_t clients, std::uint64_t operations);
bench::figures elixir_fanout(std::size_t clients, std::uint64_t operations);
bench::figures go_latency(std::size_t clients, int per_second, int count);
bench::figures go_join(std::size_t clients, std::size_t size);

/// "transform" or "compose" of so many pairs of deltas in plain JavaScript, in so many rounds.
bench::figures node_text(const std::string& what, std::size_t operations, std::size_t pairs,
                         std::uint64_t rounds);

/// "edits/s" of a trace that Yjs replays, and how many people "differ" in the end from the trace.
bench::figures yjs_trace(const std::string& path);

/// "modify/s" or "ms", and a "digest" of the box in the end. `operation` is store or unite.
bench::figures erlang_modify(const std::string& operation, std::size_t keys, std::size_t count);
bench::figures erlang_merge(const std::string& operation, std::size_t keys, std::size_t siblings,
                            std::size_t events);

} // namespace baselines
