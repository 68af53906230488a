#pragma once

/// What happens by chance, from one seed.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>

#include "libsync/ids.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/submission.hpp"
#include "support/tape.hpp"

namespace simulation {

class dice {
public:
  explicit dice(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool chance(int percent) { return below(100) < static_cast<std::size_t>(percent); }

  tape::data::operation operation() {
    switch (below(8)) {
    case 0:
    case 1:
      return tape::drop{};
    case 2:
      return tape::rotate{};
    case 3:
      return tape::fail{};
    default:
      return tape::append{static_cast<std::int64_t>(below(1000))};
    }
  }

  /// A transaction, or a condition on a version shortly before `version`, or both, or neither.
  template <class Data>
  libsync::submission<Data> submission(libsync::version version) {
    libsync::submission<Data> one{operation()};
    if (chance(60)) {
      libsync::transaction<Data> all;
      for (std::size_t size = below(6); size > 0; --size)
        all.add(operation());
      one = libsync::submission<Data>{std::move(all)};
    }
    if (chance(50))
      one = std::move(one).only_since(version - std::min<libsync::version>(version, below(3)));
    return one;
  }

private:
  std::mt19937_64 random_;
};

} // namespace simulation
