#pragma once

/// What replaying has in common, whatever the cases are about.

#include <cstddef>
#include <exception>
#include <istream>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

#include "replay/replayed.hpp"

namespace replay {

using nlohmann::json;

/// Thrown where something else came out than was recorded.
struct differs : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline void expect(const std::string& what, const json& found, const json& recorded) {
  if (found != recorded)
    throw differs(what + ": found " + found.dump() + ", recorded " + recorded.dump());
}

/// How deep arrays and objects lie in each other at most, since what reads them is recursive.
inline constexpr int most_nested = 200;

/// Reads a line of cases, in which all numbers are whole. Throws std::exception.
inline json read_case(const std::string& line) {
  return json::parse(line, [](int depth, json::parse_event_t, const json& part) {
    if (depth > most_nested)
      throw std::invalid_argument("nested deeper than " + std::to_string(most_nested));
    if (part.is_number_float())
      throw std::invalid_argument("found " + part.dump() + ", expected a whole number");
    return true;
  });
}

/// Calls `play(json)` for each line; it throws where something differs.
template <class Play>
replayed play_lines(std::istream& cases, Play play) {
  replayed all;
  std::size_t number = 0;
  for (std::string line; std::getline(cases, line);) {
    ++number;
    std::string name = "line " + std::to_string(number);
    try {
      const auto one = read_case(line);
      name += ", case " + one.at("id").get<std::string>();
      play(one);
      ++all.passed;
    } catch (const std::exception& error) {
      ++all.failed;
      all.failures.push_back(name + ": " + error.what());
    }
  }
  return all;
}

} // namespace replay
