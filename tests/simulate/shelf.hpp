#pragma once

/// Small data for simulations of peers: values under keys, which are put and taken away.

#include <cstddef>
#include <cstdint>
#include <map>
#include <ostream>
#include <variant>

#include "libsync/testing/random.hpp"

namespace shelf {

struct put {
  int key = 0;
  int value = 0;

  friend constexpr bool independent(const put&) { return true; }
  friend auto operator<=>(const put&, const put&) = default;
};

struct take {
  int key = 0;

  friend constexpr bool independent(const take&) { return true; }
  friend auto operator<=>(const take&, const take&) = default;
};

using operation = std::variant<put, take>;

inline std::ostream& operator<<(std::ostream& out, const operation& self) {
  if (const auto* one = std::get_if<put>(&self))
    return out << "put{" << one->key << ", " << one->value << '}';
  return out << "take{" << std::get<take>(self).key << '}';
}

struct data {
  using operation = shelf::operation;
  static constexpr bool throws_cleanly = true;
  std::map<int, int> all;
  friend bool operator==(const data&, const data&) = default;
};

inline void reduce(data& self, const put& op) {
  self.all.insert_or_assign(op.key, op.value);
}

inline void reduce(data& self, const take& op) {
  self.all.erase(op.key);
}

inline std::uint64_t digest(const data& self) {
  std::uint64_t made = 17;
  for (const auto& [key, value] : self.all)
    made = (made * 1'000'003 + static_cast<std::uint64_t>(key)) * 1'000'003 +
           static_cast<std::uint64_t>(value);
  return made;
}

inline operation make(const data& seen, libsync::testing::random& choices) {
  const auto key = static_cast<int>(choices.below(6));
  if (seen.all.contains(key) && choices.chance(40))
    return take{key};
  return put{key, static_cast<int>(choices.below(100))};
}

inline bool is_sound(const data& self) {
  return self.all.size() <= 6;
}

} // namespace shelf
