#pragma once

/// The text of a test that repeats what went wrong.

#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "libsync/testing/as_code.hpp"
#include "libsync/testing/report.hpp"

namespace libsync::testing::detail {

/// How one step is printed.
template <class Step>
using printer = std::function<std::string(const Step&)>;

/// Returns how operations are printed: as the user says, or as `as_code` does; null if neither can.
template <class Op>
[[nodiscard]] printer<Op> printer_of(const printer<Op>& chosen) {
  if (chosen)
    return chosen;
  if constexpr (has_code<Op>)
    return [](const Op& op) { return as_code(op); };
  else
    return {};
}

/// Returns the call of a check with these steps, as C++, one step a line.
template <class Step>
[[nodiscard]] std::string as_test(const std::string& check, const std::string& options,
                                  const std::vector<Step>& steps, const printer<Step>& print) {
  std::string text = check + '(' + options + ", {";
  for (const auto& next : steps)
    text += "\n    " + print(next) + ',';
  return text + (steps.empty() ? "" : "\n") + "}).check();\n";
}

/// Says that steps cannot be printed, and what to do.
[[nodiscard]] inline std::string hint_for_code(std::size_t steps, const std::string& step,
                                               const std::string& type) {
  return "the shortest list found has " + std::to_string(steps) + ' ' + step +
         (steps == 1 ? "" : "s") + ". To see " + (steps == 1 ? "it" : "them") + " as C++, give " +
         type + " an operator<< that prints C++, or set the option `print`\n";
}

/// Returns the line that repeats a seed.
[[nodiscard]] inline std::string line_of(const std::string& chosen, const std::string& call,
                                         std::uint64_t seed) {
  return chosen.empty() ? call + "({.first = " + std::to_string(seed) +
                              ", .seeds = 1}, ...), with the other options as they were"
                        : chosen + std::to_string(seed);
}

[[nodiscard]] inline failure generator_threw(std::uint64_t seed, const std::exception& thrown) {
  return {seed, std::string{"the generator threw: "} + thrown.what(), {}, {}};
}

[[nodiscard]] inline failure nothing_accepted(std::uint64_t seed, std::string repeat) {
  return {seed,
          "no operation was accepted, so hardly a law was checked: let the generator make some "
          "that the data accept",
          {},
          std::move(repeat)};
}

} // namespace libsync::testing::detail
