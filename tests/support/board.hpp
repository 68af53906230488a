#pragma once

/// Data for tests of undo: numbers by place, and a text that several type into.

#include <cstdint>
#include <map>
#include <optional>
#include <ostream>

#include "libsync/digest.hpp"
#include "libsync/outcome.hpp"
#include "libsync/text.hpp"

namespace board {

/// Puts a number at a place, or nothing, where there is a certain one now, or nothing.
struct put {
  int place = 0;
  std::optional<int> value;
  std::optional<int> before;
};

struct data {
  using operation = put;
  std::map<int, int> numbers;
  friend bool operator==(const data&, const data&) = default;

  [[nodiscard]] std::optional<int> find(int place) const {
    const auto found = numbers.find(place);
    return found == numbers.end() ? std::nullopt : std::optional{found->second};
  }
};

inline libsync::outcome reduce(data& self, const put& op) {
  if (self.find(op.place) != op.before)
    return libsync::refused("another number is there");
  if (op.value)
    self.numbers.insert_or_assign(op.place, *op.value);
  else
    self.numbers.erase(op.place);
  return libsync::accepted();
}

inline put inverse(const data&, const put& op) {
  return {op.place, op.before, op.value};
}

/// A text without revisions: whoever comes later edits what is there then.
struct edit {
  libsync::delta change;
};

struct page {
  using operation = edit;
  libsync::text words;
  friend bool operator==(const page& left, const page& right) {
    return left.words.utf8() == right.words.utf8();
  }
};

inline std::uint64_t digest(const page& self) {
  return libsync::digest_of_text(self.words.utf8());
}

inline libsync::outcome reduce(page& self, const edit& op) {
  return libsync::apply_delta(self.words, op.change);
}

inline edit inverse(const page& before, const edit& op) {
  const auto back = libsync::inverse_of(op.change, before.words);
  return {back ? *back : libsync::delta{}}; // what does not fit is refused, and undone by nothing
}

inline edit rebase(const edit& one, const edit& over, bool is_undo) {
  return {transform(over.change, one.change,
                    is_undo ? libsync::priority::left : libsync::priority::right)};
}

} // namespace board
