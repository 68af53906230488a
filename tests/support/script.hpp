#pragma once

/// A row of bytes by which a test chooses what to do: a shorter row, or one of smaller bytes, makes
/// less happen, so that what RapidCheck shrinks to is small.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <rapidcheck.h>

#include "libsync/testing/random.hpp"

class script {
public:
  explicit script(std::vector<std::uint8_t> row) : row_(std::move(row)) {}

  /// Returns one by chance; `scale` times as long as usual, which is up to a hundred bytes.
  static script any(double scale) {
    return script{*rc::gen::scale(
        scale, rc::gen::container<std::vector<std::uint8_t>>(rc::gen::arbitrary<std::uint8_t>()))};
  }

  /// Returns one by a seed.
  static script any(libsync::testing::random& by) {
    std::vector<std::uint8_t> row(24);
    for (auto& next : row)
      next = static_cast<std::uint8_t>(by.below(256));
    return script{std::move(row)};
  }

  [[nodiscard]] bool ended() const { return next_ >= row_.size(); }

  /// Returns a number below `bound`, which is at most 256; 0 once the row has ended.
  int below(int bound) { return ended() ? 0 : row_[next_++] % bound; }

private:
  std::vector<std::uint8_t> row_;
  std::size_t next_ = 0;
};
