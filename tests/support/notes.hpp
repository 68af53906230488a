#pragma once

/// Data that a user might write, with operations of several kinds, stored and sent by what the user
/// brings.

#include <compare>
#include <string>
#include <variant>
#include <vector>

#include "libsync/outcome.hpp"
#include "libsync/statebox/set.hpp"

namespace notes {

struct write {
  std::string line;

  friend auto operator<=>(const write&, const write&) = default;
};

struct tag {
  libsync::set<std::string>::operation what;

  friend auto operator<=>(const tag&, const tag&) = default;
};

struct clear {
  friend auto operator<=>(const clear&, const clear&) = default;
};

struct page {
  using operation = std::variant<write, tag, clear>;

  std::vector<std::string> lines;
  libsync::set<std::string> tags;
  double weight = 0;

  friend bool operator==(const page&, const page&) = default;
};

inline libsync::outcome reduce(page& data, const write& op) {
  if (op.line.empty())
    return libsync::refused("an empty line");
  data.lines.push_back(op.line);
  data.weight += 0.1;
  return libsync::accepted();
}

inline void reduce(page& data, const tag& op) {
  std::visit([&](const auto& one) { reduce(data.tags, one); }, op.what);
}

inline void reduce(page& data, const clear&) {
  data.lines.clear();
}

} // namespace notes
