#pragma once

/// The work that all systems do: a stack of numbers with a running hash over all operations, and
/// one stream of operations for each producer.

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "libsync/testing/random.hpp"

namespace workload {

struct operation {
  std::uint32_t kind = 2; // 0 push, 1 pop, 2 nothing
  std::int64_t value = 0;
};

struct stack {
  using operation = workload::operation;
  std::vector<std::int64_t> items;
  std::uint32_t hash = 1;
  std::uint64_t applied = 0;

  /// Equal for copies that have applied the same operations in the same order.
  [[nodiscard]] std::uint32_t digest() const noexcept {
    std::uint32_t result = hash;
    for (const auto item : items)
      result = result * 31u + static_cast<std::uint32_t>(item);
    return result ^ static_cast<std::uint32_t>(items.size());
  }
  friend std::uint64_t digest(const stack& self) noexcept { return self.digest(); }
};

inline void reduce(stack& self, const operation& op) {
  self.hash = self.hash * 31u + static_cast<std::uint32_t>(op.value) + op.kind;
  ++self.applied;
  if (op.kind == 0)
    self.items.push_back(op.value);
  else if (op.kind == 1 && !self.items.empty())
    self.items.pop_back();
}

/// How many threads or actors submit, each its own stream.
inline constexpr std::uint64_t producers = 4;

/// Returns an operation made of random bits: 49 % push, 49 % pop, 2 % nothing.
inline operation of_bits(std::uint64_t bits) {
  const auto part = bits % 100;
  if (part < 49)
    return {0, static_cast<std::int64_t>(bits >> 33)};
  return {part < 98 ? 1u : 2u, 0};
}

/// Returns the operation `index` of `producer`.
inline operation generate(std::uint64_t producer, std::uint64_t index) {
  return of_bits(libsync::testing::random{(producer << 40) | index}());
}

/// The same for a measurement by libsync. It is an object, because calls of it are compiled inline,
/// and those by a pointer to a function are not.
inline constexpr auto make = [](const stack&, libsync::testing::random& choices) {
  return of_bits(choices());
};

/// Throws unless all copies have the server's digest.
inline void check_digests(const std::vector<std::uint32_t>& copies, std::uint32_t server) {
  for (std::size_t i = 0; i < copies.size(); ++i)
    if (copies[i] != server)
      throw std::runtime_error("copy " + std::to_string(i) + " differs from the server's");
}

/// Returns `size` numbers, for a state that is costly to copy.
inline std::vector<std::int64_t> large(std::size_t size) {
  std::vector<std::int64_t> numbers(size);
  for (std::size_t i = 0; i < size; ++i)
    numbers[i] = static_cast<std::int64_t>(i);
  return numbers;
}

} // namespace workload
