#pragma once

/// Whether options are rejected.

#include <stdexcept>
#include <string>

/// Returns the message with which `checked()` rejects options, or nothing.
template <class Options>
[[nodiscard]] std::string rejected(const Options& options) {
  try {
    static_cast<void>(options.checked());
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}
