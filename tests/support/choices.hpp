#pragma once

/// Texts and deltas made from a row of bytes, by which a test chooses: a shorter row, or one of
/// smaller bytes, makes something simpler, so that counterexamples shrink, and a fuzzer can steer.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "libsync/text/delta.hpp"
#include "libsync/text/text.hpp"
#include "libsync/text/utf8.hpp"

class choices {
public:
  explicit choices(std::vector<std::uint8_t> row) : row_(std::move(row)) {}

  [[nodiscard]] bool left() const { return next_ < row_.size(); }

  /// Returns a number below `bound`; 0 when the row has ended.
  std::uint64_t below(std::uint64_t bound) {
    std::uint64_t value = byte();
    for (auto most = bound >> 8; most != 0; most >>= 8)
      value = value << 8 | byte();
    return value % bound;
  }

  /// A text of up to `most` characters of one to four bytes, combining marks and joiners with them.
  libsync::text text(std::uint64_t most) { return *libsync::text::read(string(most)); }

  std::string string(std::uint64_t most) {
    static const std::array<const char*, 12> characters{
        "a", "b", "\n", "é", "漢", "😀", "𝄞", "c", "\u0301", "\u200d", "\U0010FFFF", "\""};
    std::string all;
    for (auto size = below(most + 1); size != 0; --size)
      all += characters[below(characters.size())];
    return all;
  }

  /// A delta that fits a text, of up to `most` components.
  libsync::delta delta(const libsync::text& to, std::uint64_t most = 6) {
    libsync::delta change;
    const auto all = to.utf8();
    std::string_view rest = all;
    for (auto size = below(most + 1); size != 0; --size) {
      const auto kind = below(3);
      if (kind == 0) {
        static_cast<void>(change.insert(string(4)));
        continue;
      }
      const auto bytes = libsync::utf8::character_before(rest, below(rest.size() + 1));
      const auto units = libsync::utf8::units(rest.substr(0, bytes));
      static_cast<void>(kind == 1 ? change.erase(units) : change.retain(units));
      rest.remove_prefix(bytes);
    }
    return change;
  }

private:
  std::uint8_t byte() { return left() ? row_[next_++] : std::uint8_t{0}; }

  std::vector<std::uint8_t> row_;
  std::size_t next_ = 0;
};
