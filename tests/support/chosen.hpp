#pragma once

/// Rows of choices from RapidCheck.

#include <cstdint>
#include <vector>

#include <rapidcheck.h>

#include "support/choices.hpp"

/// Returns choices by chance; `scale` times as many as usual, which is up to a hundred.
inline choices chosen(double scale = 1) {
  return choices{*rc::gen::scale(
      scale, rc::gen::container<std::vector<std::uint8_t>>(rc::gen::arbitrary<std::uint8_t>()))};
}
