#pragma once

/// Peers in other languages: programs that are built and run, and print one line of JSON.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "support/apart.hpp"

namespace peers {

bench::figures go_fanout(std::size_t clients, std::uint64_t operations);
bench::figures elixir_fanout(std::size_t clients, std::uint64_t operations);
bench::figures go_latency(std::size_t clients, int per_second, int count);
bench::figures go_join(std::size_t clients, std::size_t size);

} // namespace peers
