#pragma once

/// The data of the example: a stack of texts, newest first, and its operations.

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
/// Takes back a push, if its item is the newest one still.
struct take_back {
  std::string item;
};

struct stack {
  using operation = std::variant<push, pop, reverse, take_back>;

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

inline libsync::outcome reduce(stack& self, const take_back& op) {
  if (self.items.empty() || self[0] != op.item)
    return libsync::refused(op.item + " is not the newest item any more");
  return reduce(self, pop{});
}

inline stack::operation inverse(const stack& before, const stack::operation& op) {
  if (const auto* pushed = std::get_if<push>(&op))
    return take_back{pushed->item};
  if (std::holds_alternative<reverse>(op))
    return reverse{};
  return push{before.items.empty() ? std::string{} : before[0]}; // else it is refused
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
  if (const auto* taken = std::get_if<take_back>(&op))
    return out << "take back " << taken->item;
  return out << (std::holds_alternative<pop>(op) ? "pop" : "reverse");
}

} // namespace stack_example
