#pragma once

/// Many editors of one notebook, without threads: all that happens comes from one seed.

#include <cstddef>
#include <cstdint>
#include <string>

namespace notebook_example {

struct simulation_options {
  std::size_t editors = 8;
  std::uint64_t edits = 100'000;
  std::uint64_t seed = 1;
};

/// What came of it.
struct simulation_result {
  /// What the server has accepted.
  std::uint64_t versions = 0;
  std::uint64_t refused = 0;
  /// How often an editor lost its connection, and how often it had to take a snapshot.
  std::uint64_t breaks = 0;
  std::uint64_t snapshots = 0;
  /// Of the notebook at the end; the same for the same options.
  std::uint64_t digest = 0;
  /// Where a copy, or an editor's text, differs from the server's; empty if none does.
  std::string difference;
};

/// Lets editors type, delete, and move through the notebook and its cells at the same time. Their
/// messages take a while, and now and then a connection breaks.
simulation_result simulate(const simulation_options& options);

} // namespace notebook_example
