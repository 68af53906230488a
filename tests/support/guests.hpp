#pragma once

/// Data whose clients have names, which the reducer writes down.

#include <cstdint>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

#include "libsync/context.hpp"
#include "libsync/outcome.hpp"
#include "libsync/testing/random.hpp"

namespace guests {

struct person {
  std::string name;
  bool operator==(const person&) const = default;
};

struct say {
  std::int64_t what = 0;
  friend std::ostream& operator<<(std::ostream& out, const say& self) {
    return out << "say{" << self.what << '}';
  }
};

/// What the server says of a guest.
struct announce {
  std::string what;
  friend std::ostream& operator<<(std::ostream& out, const announce& self) {
    return out << "announce{\"" << self.what << "\"}";
  }
};

struct book {
  using operation = std::variant<say, announce>;
  using identity = person;
  static constexpr bool throws_cleanly = true;
  std::vector<std::string> lines;

  friend std::ostream& operator<<(std::ostream& out, const book& self) {
    for (const auto& one : self.lines)
      out << one << '\n';
    return out;
  }
};

inline std::string name_of(const libsync::context<book>& how) {
  return how.identity ? how.identity->name : "nobody";
}

inline libsync::outcome reduce(book& self, const say& op, const libsync::context<book>& how) {
  if (op.what < 0)
    return libsync::refused("it is negative");
  self.lines.push_back(name_of(how) + " says " + std::to_string(op.what));
  return libsync::accepted();
}

inline libsync::outcome reduce(book& self, const announce& op, const libsync::context<book>& how) {
  if (how.by != libsync::client_id::server)
    return libsync::refused("only the server announces");
  self.lines.push_back(op.what);
  return libsync::accepted();
}

/// Nobody says two things in a row.
inline libsync::outcome authorize(const libsync::context<book>& how, const book::operation& op,
                                  const book& data) {
  const auto* words = std::get_if<say>(&op);
  if (words != nullptr && words->what % 10 == 9)
    throw std::runtime_error("nines are not understood");
  if (!data.lines.empty() && data.lines.back().starts_with(name_of(how) + " says"))
    return libsync::refused(name_of(how) + " has just spoken");
  return libsync::accepted();
}

inline book::operation make_words(const book&, libsync::testing::random& choices) {
  if (choices.chance(10))
    return announce{"I am the server"};
  return say{choices.between(-5, 99)};
}

} // namespace guests
