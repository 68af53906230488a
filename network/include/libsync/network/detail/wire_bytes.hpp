#pragma once

/// Numbers and texts as they travel over a network, and back. docs/wire.md describes the form.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

namespace libsync::detail {

/// Bytes that came are no message. `what()` is a sentence that names the place.
class wire_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// Appends to a text of bytes.
class wire_writer {
public:
  explicit wire_writer(std::string& to) noexcept : to_(to) {}

  void byte(std::uint8_t value) { to_.push_back(static_cast<char>(value)); }

  /// Seven bits a byte, the lowest ones first; the highest bit tells that another byte follows
  /// (LEB128, as in DWARF and Protocol Buffers).
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7)
      byte(static_cast<std::uint8_t>(value) | 0x80U);
    byte(static_cast<std::uint8_t>(value));
  }

  /// The sign in the lowest bit, so that numbers near 0 are short (zigzag, as in Protocol Buffers).
  void difference(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    number(bits << 1 ^ (value < 0 ? ~std::uint64_t{0} : 0));
  }

  void flag(bool value) { byte(value ? 1 : 0); }

  /// Its length, and its bytes.
  void text(std::string_view value) {
    number(value.size());
    to_.append(value);
  }

  /// What `write(bytes)` appends, with its length before it.
  template <class Write>
  void section(Write write) {
    std::string inside;
    write(inside);
    text(inside);
  }

private:
  std::string& to_;
};

/// Reads what may be damaged or forged. Each call is told what it reads, for the error.
class wire_reader {
public:
  /// `where` says what the bytes are: it begins each error.
  wire_reader(std::string_view bytes, const char* where) noexcept : left_(bytes), where_(where) {}

  [[nodiscard]] std::size_t left() const noexcept { return left_.size(); }

  std::uint8_t byte(const char* what) {
    if (left_.empty())
      fail(what, "it ends too early");
    const auto value = static_cast<std::uint8_t>(left_.front());
    left_.remove_prefix(1);
    return value;
  }

  /// A number of at most `most`.
  std::uint64_t number(const char* what,
                       std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const auto next = byte(what);
      const auto bits = std::uint64_t{next & 0x7fU};
      if (shift == 63 ? next > 1 : shift > 63)
        fail(what, "found a number of more than 64 bits");
      value |= bits << shift;
      if (next < 0x80) {
        if (next == 0 && shift != 0)
          fail(what, "found a number with needless bytes");
        break;
      }
    }
    if (value > most)
      fail(what, "found " + std::to_string(value) + ", expected at most " + std::to_string(most));
    return value;
  }

  std::int64_t difference(const char* what) {
    const auto bits = number(what);
    return static_cast<std::int64_t>(bits >> 1 ^ ((bits & 1) != 0 ? ~std::uint64_t{0} : 0));
  }

  bool flag(const char* what) {
    const auto value = byte(what);
    if (value > 1)
      fail(what, "found " + std::to_string(value) + ", expected 0 or 1");
    return value == 1;
  }

  /// How many parts follow, each of which takes at least `least` bytes, which is at least 1. So
  /// what is made room for is no more than what came.
  std::size_t count(const char* what, std::size_t least = 1) {
    const auto value = number(what);
    if (value > left() / least)
      fail(what,
           "found " + std::to_string(value) + " parts in " + std::to_string(left()) + " bytes");
    return static_cast<std::size_t>(value);
  }

  /// Bytes with their length before them.
  std::string_view text(const char* what) {
    const auto size = number(what);
    if (size > left())
      fail(what, "found a length of " + std::to_string(size) + ", but " + std::to_string(left()) +
                     " bytes are left");
    const auto value = left_.substr(0, static_cast<std::size_t>(size));
    left_.remove_prefix(value.size());
    return value;
  }

  /// Nothing may be left.
  void end() const {
    if (!left_.empty())
      fail("end", std::to_string(left()) + " bytes are left");
  }

  [[noreturn]] void fail(const char* what, const std::string& why) const {
    throw wire_error{std::string{where_} + ", " + what + ": " + why};
  }

private:
  std::string_view left_;
  const char* where_;
};

} // namespace libsync::detail
