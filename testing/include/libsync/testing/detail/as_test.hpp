#pragma once

/// The text of a test that repeats what went wrong.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "libsync/testing/as_code.hpp"
#include "libsync/testing/detail/shortest.hpp"

namespace libsync::testing::detail {

/// How one step is printed.
template <class Step>
using printer = std::function<std::string(const Step&)>;

/// Returns the call of a check with these steps, as C++, one step a line; and above it `notes`.
template <class Step>
[[nodiscard]] std::string as_test(const std::string& check, const std::string& options,
                                  const std::vector<Step>& steps, const printer<Step>& print) {
  std::string text = check + '(' + options + ", {";
  for (const auto& next : steps)
    text += "\n    " + print(next) + ',';
  return text + (steps.empty() ? "" : "\n") + "}).check();\n";
}

/// Says that steps cannot be printed, and what to do.
[[nodiscard]] inline std::string hint_for_code(std::size_t steps, const std::string& type) {
  return "the shortest list found has " + std::to_string(steps) +
         (steps == 1 ? " operation" : " operations") + ". To see " + (steps == 1 ? "it" : "them") +
         " as C++, give " + type + " an operator<< that prints C++, or set the option `print`\n";
}

/// Returns a list from which no single step can be left out, as far as a number of tries shows.
template <class Step, class Fails>
[[nodiscard]] std::vector<Step> shortest_of(std::vector<Step> all, Fails fails) {
  if (std::vector<Step> none; fails(none))
    return none;
  for (std::size_t before = all.size() + 1; all.size() < before;) {
    before = all.size();
    all = shortest(std::move(all), fails);
  }
  return all;
}

} // namespace libsync::testing::detail
