#pragma once

/// Texts of one script or of several, of any length, and deltas of them, by chance.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "libsync/text/delta.hpp"

class texts_by_chance {
public:
  explicit texts_by_chance(std::uint64_t seed) : random_(seed) { script_ = below(5); }

  std::size_t below(std::size_t bound) { return random_() % bound; }

  /// UTF-8 of so many characters.
  std::string string(std::size_t characters) {
    static const std::array<std::vector<const char*>, 5> scripts{{
        {"a", "b", "c", " ", "\n"},
        {"漢", "字", "文", "本"},
        {"😀", "𝄞", "\U0010FFFF"},
        {"é", "ß", "Ж"},
        {"a", "é", "漢", "😀", "\u0301", "\n", "b", " "},
    }};
    const auto& script = scripts[script_];
    std::string all;
    while (characters-- != 0)
      all += script[below(script.size())];
    return all;
  }

  /// Mostly short, sometimes of many chunks.
  std::size_t length(std::size_t most) {
    const auto magnitude = below(4);
    return below(magnitude == 0   ? std::min<std::size_t>(most, 20) + 1
                 : magnitude == 1 ? std::min<std::size_t>(most, 3000) + 1
                                  : most + 1);
  }

  /// A delta for a text of so many units, which often parts no pair and seldom reaches too far.
  libsync::delta delta(const std::u16string& to) {
    libsync::delta made;
    const std::size_t size = to.size();
    const auto places = below(3) == 0 ? 1 + below(40) : 1;
    const auto is_near = below(2) == 0;
    std::size_t at = 0;
    for (std::size_t i = 0; i < places; ++i) {
      const auto left = size - std::min(at, size);
      const auto retained =
          boundary(to, at + below(std::min(left, i != 0 && is_near ? 50 : left) + 1));
      good(made.retain(retained - at));
      at = retained;
      const auto kind = below(4);
      if (kind != 0)
        good(made.insert(string(below(30) == 0 ? length(6000) : below(12))));
      if (kind < 2) {
        const auto rest = size - std::min(at, size);
        const auto end = boundary(to, at + below(std::min(rest, below(12) == 0 ? rest : 30) + 1));
        good(made.erase(end - at));
        at = end;
      }
    }
    if (below(8) == 0)
      good(made.retain(size - std::min(at, size)));
    if (below(40) == 0)
      good(made.erase(1 + below(5)));
    return made;
  }

private:
  static void good(const libsync::outcome& done) { static_cast<void>(done.accepted()); }

  // Mostly where a character begins.
  std::size_t boundary(const std::u16string& in, std::size_t at) {
    const bool parts = at < in.size() && in[at] >= 0xDC00 && in[at] < 0xE000;
    return parts && below(100) != 0 ? at + 1 : at;
  }

  std::mt19937_64 random_;
  std::size_t script_;
};
