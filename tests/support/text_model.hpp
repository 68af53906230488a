#pragma once

/// A model of a text, written separately: a string of UTF-16, which deltas change as a whole.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "libsync/text/delta.hpp"

struct text_model {
  std::u16string units;

  static std::u16string decode(std::string_view utf8) {
    std::u16string out;
    for (std::size_t i = 0; i < utf8.size();) {
      const auto byte = [&](std::size_t at) {
        return static_cast<char32_t>(static_cast<unsigned char>(utf8[at]));
      };
      const auto rest = [&](std::size_t at) { return byte(at) & 0x3F; };
      if (byte(i) < 0x80) {
        out += static_cast<char16_t>(byte(i));
        i += 1;
      } else if (byte(i) < 0xE0) {
        out += static_cast<char16_t>((byte(i) & 0x1F) << 6 | rest(i + 1));
        i += 2;
      } else if (byte(i) < 0xF0) {
        out += static_cast<char16_t>((byte(i) & 0x0F) << 12 | rest(i + 1) << 6 | rest(i + 2));
        i += 3;
      } else {
        const auto code =
            ((byte(i) & 0x07) << 18 | rest(i + 1) << 12 | rest(i + 2) << 6 | rest(i + 3)) - 0x10000;
        out += static_cast<char16_t>(0xD800 + (code >> 10));
        out += static_cast<char16_t>(0xDC00 + (code & 0x3FF));
        i += 4;
      }
    }
    return out;
  }

  [[nodiscard]] std::string utf8() const { return utf8(0, units.size()); }
  [[nodiscard]] std::string utf8(std::size_t begin, std::size_t end) const {
    std::string out;
    const auto add = [&](char32_t byte) { out += static_cast<char>(byte); };
    for (auto i = begin; i < end; ++i) {
      char32_t code = units[i];
      if (code >= 0xD800 && code < 0xDC00)
        code = 0x10000 + ((code - 0xD800) << 10) + (units[++i] - 0xDC00U);
      if (code < 0x80) {
        add(code);
        continue;
      }
      if (code < 0x800) {
        add(0xC0 | code >> 6);
      } else {
        if (code < 0x10000) {
          add(0xE0 | code >> 12);
        } else {
          add(0xF0 | code >> 18);
          add(0x80 | (code >> 12 & 0x3F));
        }
        add(0x80 | (code >> 6 & 0x3F));
      }
      add(0x80 | (code & 0x3F));
    }
    return out;
  }

  [[nodiscard]] bool in_pair(std::size_t at) const {
    return at != 0 && at < units.size() && units[at] >= 0xDC00 && units[at] < 0xE000;
  }

  /// Applies a delta, or returns why it does not fit.
  std::string apply(const libsync::delta& change) {
    using kind = libsync::delta_component::kind;
    std::u16string out;
    std::size_t at = 0;
    std::string why;
    change.for_each([&](const libsync::delta_component& next) {
      if (!why.empty())
        return;
      if (next.what == kind::insert) {
        out += decode(next.inserted);
        return;
      }
      const auto end = at + next.units;
      const auto how = (next.what == kind::retain ? "a retain of " : "an erase of ") +
                       std::to_string(next.units) + " code units from " + std::to_string(at);
      if (end > units.size())
        why =
            how + " on ends " + std::to_string(end - units.size()) + " beyond the end of the text";
      else if (in_pair(end))
        why = how + " on ends inside a surrogate pair";
      else if (next.what == kind::retain)
        out.append(units, at, next.units);
      at = end;
    });
    if (why.empty())
      units = out.append(units, at);
    return why;
  }
};
