#pragma once

/// What a fuzz target promises of every input.

#include <cstdlib>
#include <iostream>
#include <string_view>

/// Ends the program if a property is broken, which a fuzzer tells with the input.
inline void expect(bool holds, std::string_view what) {
  if (holds)
    return;
  std::cerr << "broken: " << what << std::endl;
  std::abort();
}
