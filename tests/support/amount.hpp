#pragma once

/// How much a test does: little in the suite, much in scripts/check.

#include <cstddef>
#include <cstdlib>
#include <stdexcept>
#include <string>

/// Returns the number in the environment variable `name`, or `otherwise` if it is not set.
inline std::size_t amount(const char* name, std::size_t otherwise) {
  const char* told = std::getenv(name);
  if (told == nullptr)
    return otherwise;
  const std::string text{told};
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos)
    throw std::invalid_argument(std::string{name} + ": expected a number, found: " + text);
  return std::stoul(text);
}
