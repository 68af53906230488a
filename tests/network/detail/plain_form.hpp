#pragma once

/// The operations of tests as bytes.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/network/detail/wire_bytes.hpp"
#include "support/tape.hpp"

/// Writes tapes, their operations, and texts.
struct plain_form {
  static void write(std::span<const tape::data::operation> all, std::string& to) {
    libsync::detail::wire_writer out{to};
    for (const auto& one : all) {
      out.byte(static_cast<std::uint8_t>(one.index()));
      if (const auto* added = std::get_if<tape::append>(&one))
        out.difference(added->value);
    }
  }
  static void write(std::span<const tape::data> all, std::string& to) {
    libsync::detail::wire_writer out{to};
    for (const auto& one : all) {
      out.number(one.values.size());
      for (const auto value : one.values)
        out.difference(value);
    }
  }
  static void write(std::span<const std::string> all, std::string& to) {
    libsync::detail::wire_writer out{to};
    for (const auto& one : all)
      out.text(one);
  }

  template <class T>
  static std::vector<T> read(std::string_view bytes, std::size_t count, const char* where) {
    libsync::detail::wire_reader from{bytes, where};
    std::vector<T> all;
    for (std::size_t i = 0; i != count; ++i)
      read_one(from, all.emplace_back());
    from.end();
    return all;
  }

private:
  static void read_one(libsync::detail::wire_reader& from, tape::data& into) {
    for (auto left = from.count("numbers"); left > 0; --left)
      into.values.push_back(from.difference("number"));
  }
  static void read_one(libsync::detail::wire_reader& from, std::string& into) {
    into = from.text("text");
  }
  static void read_one(libsync::detail::wire_reader& from, tape::data::operation& into) {
    switch (from.byte("kind")) {
    case 0:
      into = tape::append{from.difference("value")};
      return;
    case 1:
      into = tape::drop{};
      return;
    case 2:
      into = tape::rotate{};
      return;
    case 3:
      into = tape::fail{};
      return;
    default:
      from.fail("kind", "found none of these");
    }
  }
};
