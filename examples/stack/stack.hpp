#pragma once

/// The data of the example: a stack of texts, newest first, and its three operations.

#include <cstddef>
#include <deque>
#include <ostream>
#include <string>
#include <variant>

#include "libsync/libsync.hpp"

namespace stack_example {

struct push {
  std::string item;
};
struct pop {};
struct reverse {};

struct stack {
  using operation = std::variant<push, pop, reverse>;

  std::deque<std::string> items;
  /// Whether the newest item is the last one. Reversing turns this instead of moving every item.
  bool newest_last = true;

  [[nodiscard]] const std::string& operator[](std::size_t from_newest) const {
    return newest_last ? items[items.size() - 1 - from_newest] : items[from_newest];
  }

  friend bool operator==(const stack& left, const stack& right) {
    if (left.items.size() != right.items.size())
      return false;
    for (std::size_t i = 0; i < left.items.size(); ++i)
      if (left[i] != right[i])
        return false;
    return true;
  }
};

inline void reduce(stack& self, const push& op) {
  if (self.newest_last)
    self.items.push_back(op.item);
  else
    self.items.push_front(op.item);
}

inline libsync::outcome reduce(stack& self, const pop&) {
  if (self.items.empty())
    return libsync::refused("the stack is empty");
  if (self.newest_last)
    self.items.pop_back();
  else
    self.items.pop_front();
  return libsync::accepted();
}

inline void reduce(stack& self, const reverse&) {
  self.newest_last = !self.newest_last;
}

inline std::ostream& operator<<(std::ostream& out, const stack& self) {
  out << '[';
  for (std::size_t i = 0; i < self.items.size(); ++i)
    out << (i == 0 ? "" : ", ") << self[i];
  return out << ']';
}

inline std::ostream& operator<<(std::ostream& out, const stack::operation& op) {
  if (const auto* pushed = std::get_if<push>(&op))
    return out << "push " << pushed->item;
  return out << (std::holds_alternative<pop>(op) ? "pop" : "reverse");
}

} // namespace stack_example
