#pragma once

#include <string_view>

/// Whether what is said of the JSON of a box begins with the place of what is wrong there.
inline bool names_a_place(std::string_view error) {
  for (const auto* place : {"byte ", "last_modified", "value", "queue", "known", "checksums",
                            "statebox", "expected a", "unexpected member `"})
    if (error.starts_with(place))
      return true;
  return false;
}
