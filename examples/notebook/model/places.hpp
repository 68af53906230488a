#pragma once

/// Where sections and cells lie, so that nobody looks through all of them.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <unordered_map>

#include "notebook/model/operations.hpp"

namespace notebook_example {

/// Where a cell was put. What comes and goes before it shifts it.
struct put_at {
  id section;
  std::size_t index = 0;

  // The sections say the same themselves.
  friend bool operator==(const put_at&, const put_at&) noexcept { return true; }
};

/// Where each section was put, and how many branch off from it.
struct section_places {
  struct known {
    std::size_t index = 0;
    std::size_t children = 0;
  };
  std::unordered_map<id, known> all;

  friend bool operator==(const section_places&, const section_places&) noexcept { return true; }
};

/// Looks for an element around a place, and then ever further away.
template <class List, class Is>
std::optional<std::size_t> find_around(const List& in, std::size_t place, Is is) {
  const auto size = in.size();
  place = std::min(place, size);
  for (std::size_t far = 0; far <= size; ++far) {
    if (place + far < size && is(in[place + far]))
      return place + far;
    if (far != 0 && far <= place && is(in[place - far]))
      return place - far;
  }
  return std::nullopt;
}

} // namespace notebook_example
