#pragma once

/// Inputs of fuzz targets that read what is sent in parts.

#include <string>
#include <string_view>
#include <vector>

#include "fuzz/expect.hpp"
#include "support/sealed.hpp"

/// What stands between the parts of an input.
inline constexpr std::string_view border_of_parts = "|~|";

/// Returns the parts of an input as they are sent, with the checksums that belong to them, which no
/// fuzzer would find.
inline wire::bytes sealed(std::string_view input) {
  std::vector<std::string> parts;
  for (auto end = input.find(border_of_parts); end != input.npos;
       end = input.find(border_of_parts)) {
    parts.emplace_back(input.substr(0, end));
    input.remove_prefix(end + border_of_parts.size());
  }
  parts.emplace_back(input);
  wire::bytes into;
  expect(wire::seal(1, std::move(parts), into).empty(), "parts can be sealed");
  return into;
}

/// What is read and written again is read as the same, and is always written in the same way.
template <class T>
void check_written(const T& read) {
  wire::bytes written;
  expect(wire::write(read, written).empty(), "what is read can be written");
  T again{};
  expect(wire::read(written, again).empty(), "what is written can be read");
  wire::bytes twice;
  expect(wire::write(again, twice).empty() && twice == written,
         "what is read is always written in the same way");
}
