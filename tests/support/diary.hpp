#pragma once

/// Data that write down who has submitted each operation, and when.

#include <cstdint>
#include <optional>
#include <ostream>
#include <variant>
#include <vector>

#include "libsync/context.hpp"
#include "libsync/effects.hpp"
#include "libsync/outcome.hpp"
#include "libsync/testing/random.hpp"

namespace diary {

struct entry {
  std::int64_t text = 0;
  libsync::client_id by{};
  libsync::timestamp time = 0;
  libsync::version version = 0;
  bool provisional = false;
  friend bool operator==(const entry&, const entry&) = default;
  friend std::ostream& operator<<(std::ostream& out, const entry& self) {
    return out << self.text << " by " << self.by << " at " << self.time << ", version "
               << self.version << (self.provisional ? ", provisional" : "");
  }
};

/// Adds an entry. Refused if the text is a multiple of 7.
struct jot {
  std::int64_t text = 0;
  friend std::ostream& operator<<(std::ostream& out, const jot& self) {
    return out << "jot{" << self.text << '}';
  }
};

/// Removes the last entry, which must be of that version.
struct tear {
  libsync::version version = 0;
  friend std::ostream& operator<<(std::ostream& out, const tear& self) {
    return out << "tear{" << self.version << '}';
  }
};

/// Puts an entry back.
struct restore {
  entry what;
  friend std::ostream& operator<<(std::ostream& out, const restore& self) {
    return out << "restore{" << self.what << '}';
  }
};

using operation = std::variant<jot, tear, restore>;

struct data {
  using operation = diary::operation;
  std::vector<entry> entries;
  friend bool operator==(const data&, const data&) = default;
  friend std::ostream& operator<<(std::ostream& out, const data& self) {
    for (const auto& one : self.entries)
      out << one << '\n';
    return out;
  }
};

inline entry made(const jot& op, libsync::client_id by, libsync::timestamp time,
                  libsync::version version, bool provisional) {
  return {op.text, by, time, version, provisional};
}

inline libsync::outcome reduce(data& self, const jot& op, const libsync::context<data>& how) {
  if (op.text % 7 == 0)
    return libsync::refused("it is a multiple of 7");
  self.entries.push_back(made(op, how.by, how.time, how.version, how.provisional));
  return libsync::accepted();
}

inline libsync::outcome reduce(data& self, const tear& op) {
  if (self.entries.empty() || self.entries.back().version != op.version)
    return libsync::refused("the last entry is of another version");
  self.entries.pop_back();
  return libsync::accepted();
}

inline void reduce(data& self, const restore& op) {
  self.entries.push_back(op.what);
}

/// The inverse of what is written needs to know under which version that was.
inline operation inverse(const data& before, const operation& op,
                         const libsync::context<data>& how) {
  if (std::holds_alternative<tear>(op) && !before.entries.empty())
    return restore{before.entries.back()};
  if (const auto* back = std::get_if<restore>(&op))
    return tear{back->what.version};
  return tear{how.version};
}

/// The same with effects, and without inverse: each entry is told.
struct loud_data {
  using operation = jot;
  using effect = entry;
  data inner;
  friend bool operator==(const loud_data&, const loud_data&) = default;
  friend std::ostream& operator<<(std::ostream& out, const loud_data& self) {
    return out << self.inner;
  }
};

inline libsync::outcome reduce(loud_data& self, const jot& op,
                               const libsync::context<loud_data>& how,
                               libsync::effects<loud_data>& asked) {
  if (op.text % 7 == 0)
    return libsync::refused("it is a multiple of 7");
  const auto next = made(op, how.by, how.time, how.version, how.provisional);
  asked.emit(next);
  self.inner.entries.push_back(next);
  return libsync::accepted();
}

/// The same by a pure reducer.
struct pure_data {
  using operation = jot;
  std::vector<entry> entries;
};

inline std::optional<pure_data> reduce(const pure_data& self, const jot& op,
                                       const libsync::context<pure_data>& how) {
  if (op.text % 7 == 0)
    return std::nullopt;
  auto next = self;
  next.entries.push_back(made(op, how.by, how.time, how.version, how.provisional));
  return next;
}

inline operation make_operation(const data& seen, libsync::testing::random& choices) {
  if (!seen.entries.empty() && choices.chance(20))
    return tear{seen.entries.back().version};
  return jot{choices.between(0, 99)};
}

inline jot make_jot(const loud_data&, libsync::testing::random& choices) {
  return {choices.between(0, 99)};
}

} // namespace diary
