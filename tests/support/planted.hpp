#pragma once

/// Data whose reducer keeps its promises, but for what is planted in it.

#include <array>
#include <cstdint>
#include <ostream>
#include <string>
#include <variant>

namespace planted {

struct add {
  std::uint64_t amount = 0;
};

/// Makes data that depend on where they lie.
struct mix_address {};

/// Makes data that depend on where the operation lies.
struct mix_operation {
  char padding = 0;
};

/// Makes data that depend on how often this was applied, to whichever copy.
struct count_calls {};

/// Changes the data as long as the switch is on.
struct look_at_switch {};

/// Is accepted as long as the switch is on.
struct refuse_later {};

struct data {
  using operation =
      std::variant<add, mix_address, mix_operation, count_calls, look_at_switch, refuse_later>;
  std::uint64_t value = 0;
  std::array<char, 300> padding{}; // too large to be moved into a local while it is changed
};

inline std::uint64_t calls = 0;
inline bool is_on = true;

inline void reduce(data& self, const add& op) {
  self.value = self.value * 31 + op.amount;
}
inline void reduce(data& self, const mix_address&) {
  self.value += reinterpret_cast<std::uintptr_t>(&self);
}
inline void reduce(data& self, const mix_operation& op) {
  self.value += reinterpret_cast<std::uintptr_t>(&op);
}
inline void reduce(data& self, const count_calls&) {
  self.value += ++calls;
}
inline void reduce(data& self, const look_at_switch&) {
  self.value += is_on ? 1 : 0;
}
inline bool reduce(data&, const refuse_later&) {
  return is_on;
}

inline std::uint64_t digest(const data& self) {
  return self.value;
}

inline std::ostream& operator<<(std::ostream& out, const add& self) {
  return out << "add{" << self.amount << '}';
}
inline std::ostream& operator<<(std::ostream& out, const mix_address&) {
  return out << "mix_address{}";
}

} // namespace planted
