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

/// Calls `play(json)` for each line; it throws where something differs.
template <class Play>
replayed play_lines(std::istream& cases, Play play) {
  replayed all;
  std::size_t number = 0;
  for (std::string line; std::getline(cases, line);) {
    ++number;
    std::string name = "line " + std::to_string(number);
    try {
      const auto one = json::parse(line);
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
