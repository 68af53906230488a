#pragma once

/// Deltas as text: a JSON array of strings (insert), positive numbers (retain) and negative numbers
/// (erase). `[3, "x", -2]` keeps three code units, inserts an x and deletes two.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "libsync/outcome.hpp"
#include "libsync/result.hpp"
#include "libsync/text/delta.hpp"

namespace libsync {

namespace detail {

/// Reads one array, and checks everything. The delta is canonical, however it was written.
class delta_reader {
public:
  explicit delta_reader(std::string_view in) : in_(in) {}

  result<delta> read() {
    delta all;
    if (auto why = read_array(all); !why)
      return result<delta>::failed("byte " + std::to_string(at_) + ": " + why.reason());
    return all;
  }

private:
  outcome read_array(delta& all) {
    if (!take('['))
      return refused("expected [");
    if (!take(']')) {
      do {
        if (auto why = read_component(all); !why)
          return why;
      } while (take(','));
      if (!take(']'))
        return refused("expected , or ]");
    }
    skip_blanks();
    return at_ == in_.size() ? accepted() : refused("expected the end after ]");
  }

  outcome read_component(delta& all) {
    if (take('"')) {
      std::string inserted;
      if (auto why = read_string(inserted); !why)
        return why;
      return all.insert(inserted);
    }
    const bool negative = take('-');
    std::uint64_t units = 0;
    if (auto why = read_number(units); !why)
      return why;
    return negative ? all.erase(units) : all.retain(units);
  }

  outcome read_number(std::uint64_t& units) {
    const auto first = at_;
    for (; is_digit(); ++at_) {
      units = units * 10 + static_cast<std::uint64_t>(in_[at_] - '0');
      if (units > delta::longest)
        return refused("a number is greater than " + std::to_string(delta::longest));
    }
    if (at_ == first)
      return refused("expected a string or a whole number");
    if (in_[first] == '0' && at_ - first > 1)
      return refused("a number begins with 0");
    if (at_ < in_.size() && (in_[at_] == '.' || in_[at_] == 'e' || in_[at_] == 'E'))
      return refused("expected a whole number");
    return accepted();
  }

  outcome read_string(std::string& inserted) {
    for (; at_ < in_.size(); ++at_) {
      const char next = in_[at_];
      if (next == '"') {
        ++at_;
        return accepted();
      }
      if (static_cast<unsigned char>(next) < 0x20)
        return refused("a control character stands in a string");
      if (next != '\\')
        inserted += next;
      else if (auto why = read_escape(inserted); !why)
        return why;
    }
    return refused("the string has no end");
  }

  // Stands on the backslash before, and on the last character of the escape after.
  outcome read_escape(std::string& inserted) {
    constexpr std::string_view letters = "\"\\/bfnrtu";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    const auto which = ++at_ < in_.size() ? letters.find(in_[at_]) : letters.npos;
    if (which == letters.npos)
      return refused("expected one of \"\\/bfnrtu after a backslash");
    if (which < meanings.size()) {
      inserted += meanings[which];
      return accepted();
    }
    std::uint32_t unit = 0;
    if (auto why = read_hexadecimal(unit); !why)
      return why;
    if (unit >= 0xD800 && unit < 0xDC00) {
      std::uint32_t low = 0;
      if (in_.substr(at_ + 1, 2) != "\\u")
        return refused("unpaired surrogate");
      at_ += 2;
      if (auto why = read_hexadecimal(low); !why)
        return why;
      if (low < 0xDC00 || low > 0xDFFF)
        return refused("unpaired surrogate");
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    } else if (unit >= 0xDC00 && unit < 0xE000) {
      return refused("unpaired surrogate");
    }
    encode(unit, inserted);
    return accepted();
  }

  outcome read_hexadecimal(std::uint32_t& unit) {
    for (int i = 0; i < 4; ++i) {
      constexpr std::string_view digits = "0123456789abcdef0123456789ABCDEF";
      const auto which = ++at_ < in_.size() ? digits.find(in_[at_]) : digits.npos;
      if (which == digits.npos)
        return refused("expected four hexadecimal digits after \\u");
      unit = unit * 16 + static_cast<std::uint32_t>(which % 16);
    }
    return accepted();
  }

  static void encode(std::uint32_t point, std::string& to) {
    const auto put = [&](std::uint32_t byte) { to += static_cast<char>(byte); };
    if (point < 0x80)
      return put(point);
    if (point < 0x800) {
      put(0xC0 | (point >> 6));
    } else {
      if (point < 0x10000) {
        put(0xE0 | (point >> 12));
      } else {
        put(0xF0 | (point >> 18));
        put(0x80 | ((point >> 12) & 0x3F));
      }
      put(0x80 | ((point >> 6) & 0x3F));
    }
    put(0x80 | (point & 0x3F));
  }

  void skip_blanks() {
    constexpr std::string_view blanks = " \t\n\r";
    at_ = std::min(in_.find_first_not_of(blanks, at_), in_.size());
  }

  bool take(char wanted) {
    skip_blanks();
    const bool there = at_ < in_.size() && in_[at_] == wanted;
    at_ += there ? 1 : 0;
    return there;
  }

  [[nodiscard]] bool is_digit() const {
    return at_ < in_.size() && in_[at_] >= '0' && in_[at_] <= '9';
  }

  std::string_view in_;
  std::size_t at_ = 0;
};

} // namespace detail

/// Reads a delta. Refuses text that is not such an array, invalid UTF-8, an unpaired surrogate, and
/// lengths beyond `delta::longest`. The reason names the byte. A delta that is not canonical, with
/// zeros or empty strings for instance, becomes canonical.
inline result<delta> read_delta(std::string_view json) {
  return detail::delta_reader{json}.read();
}

/// Writes a delta so that `read_delta` reads the same.
inline std::string write_delta(const delta& what) {
  constexpr std::string_view hexadecimal = "0123456789abcdef";
  std::string out = "[";
  what.for_each([&](const delta_component& next) {
    if (out.size() > 1)
      out += ',';
    if (next.what == delta_component::kind::insert) {
      out += '"';
      for (const char one : next.inserted) {
        const auto byte = static_cast<unsigned char>(one);
        if (one == '"' || one == '\\')
          (out += '\\') += one;
        else if (byte < 0x20)
          ((out += "\\u00") += hexadecimal[byte >> 4]) += hexadecimal[byte & 15];
        else
          out += one;
      }
      out += '"';
    } else {
      if (next.what == delta_component::kind::erase)
        out += '-';
      out += std::to_string(next.units);
    }
  });
  return out += ']';
}

inline std::ostream& operator<<(std::ostream& out, const delta& what) {
  return out << write_delta(what);
}

} // namespace libsync
