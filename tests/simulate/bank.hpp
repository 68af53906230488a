#pragma once

/// Small data for simulations: accounts between which money moves. The sum stays the same.

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <ostream>
#include <stdexcept>

#include "libsync/context.hpp"
#include "libsync/effects.hpp"
#include "libsync/outcome.hpp"

#include "libsync/testing/random.hpp"

namespace bank {

struct transfer {
  std::size_t from = 0;
  std::size_t to = 0;
  std::int64_t amount = 0;
  /// It takes back one that was made last.
  bool back = false;

  friend std::ostream& operator<<(std::ostream& out, const transfer& self) {
    return out << "transfer{" << self.from << ", " << self.to << ", " << self.amount
               << (self.back ? ", true}" : "}");
  }
};

struct accounts {
  using operation = transfer;
  std::array<std::int64_t, 4> money{100, 100, 100, 100};
  // Tells one order of operations from another, which the sums do not.
  std::uint64_t trace = 0;
  friend bool operator==(const accounts&, const accounts&) = default;

  void move(const transfer& op, std::uint64_t more = 0) {
    constexpr std::uint64_t step = 31;
    constexpr std::uint64_t back = 0xEF7BDEF7BDEF7BDF; // times `step` it is 1, modulo 2^64
    static_assert(step * back == 1);
    const auto mark = op.from * 7 + op.to * 3 + static_cast<std::uint64_t>(op.amount) + more;
    trace = op.back ? (trace - mark) * back : trace * step + mark;
    money[op.back ? op.to : op.from] -= op.amount;
    money[op.back ? op.from : op.to] += op.amount;
  }
};

/// What most banks are: transfers throw before they change anything.
struct data : accounts {
  static constexpr bool throws_cleanly = true;
};

/// The same, whose clients show each other which account they look at.
struct with_cursors : data {
  using presence = std::uint64_t;
};

/// A bank that writes a letter about each larger transfer, and can take transfers back.
struct with_letters : accounts {
  using effect = std::int64_t;
  static constexpr bool throws_cleanly = true;
};

/// A bank that marks who has moved money, when, and in which version, and can take it back.
struct witnessed : accounts {
  static constexpr bool throws_cleanly = true;
};

/// A bank whose clients are tellers, who may not move money away from accounts that have little.
struct guarded : accounts {
  using identity = std::size_t;
  static constexpr bool throws_cleanly = true;
};

/// A bank whose clients undo and redo: neither way may take what an account does not have.
struct reversible : accounts {
  static constexpr bool throws_cleanly = true;
};

/// A bank in which a transfer may throw half-way, and which cannot take any back.
struct brittle : accounts {};

inline libsync::outcome check(const accounts& self, const transfer& op) {
  if (!op.back && self.money[op.from] < op.amount)
    return libsync::refused("there is not enough money");
  if (op.from == op.to && op.amount > 90)
    throw std::runtime_error("so much money does not move in a circle");
  return libsync::accepted();
}

inline libsync::outcome reduce(data& self, const transfer& op) {
  auto done = check(self, op);
  if (done)
    self.move(op);
  return done;
}

inline libsync::outcome check_both_ways(const accounts& self, const transfer& op) {
  if (self.money[op.back ? op.to : op.from] < op.amount)
    return libsync::refused("there is not enough money");
  return check(self, op);
}

inline libsync::outcome reduce(reversible& self, const transfer& op) {
  auto done = check_both_ways(self, op);
  if (done)
    self.move(op);
  return done;
}

inline libsync::outcome reduce(with_letters& self, const transfer& op,
                               libsync::effects<with_letters>& letters) {
  if (op.amount > 40)
    letters.emit(op.amount);
  auto done = check(self, op);
  if (done)
    self.move(op);
  return done;
}

inline libsync::outcome reduce(brittle& self, const transfer& op) {
  auto done = check(self, op);
  if (done)
    self.move(op);
  if (done && op.amount % 32 == 31)
    throw std::runtime_error("the line broke");
  return done;
}

inline libsync::outcome reduce(witnessed& self, const transfer& op,
                               const libsync::context<witnessed>& how) {
  auto done = check(self, op);
  if (done)
    self.move(op, static_cast<std::uint64_t>(how.by) * 1'000'003 + how.version * 8191 +
                      static_cast<std::uint64_t>(how.time) * 127 + (how.provisional ? 1 : 0));
  return done;
}

inline libsync::outcome reduce(guarded& self, const transfer& op,
                               const libsync::context<guarded>& how) {
  auto done = check(self, op);
  if (done)
    self.move(op, how.identity ? 8191 * (1 + *how.identity) : 0);
  return done;
}

inline libsync::outcome admit(std::size_t teller) {
  return teller % 6 == 5 ? libsync::refused("that teller is dismissed") : libsync::accepted();
}

inline libsync::outcome authorize(const libsync::context<guarded>& how, const transfer& op,
                                  const guarded& data) {
  if (!how.identity)
    return libsync::refused("nobody knows that teller");
  if (data.money[op.from] < 30 + static_cast<std::int64_t>(*how.identity % 3))
    return libsync::refused("that account is watched");
  return libsync::accepted();
}

inline transfer inverse(const witnessed&, const transfer& op) {
  return {op.from, op.to, op.amount, !op.back};
}

inline transfer inverse(const reversible&, const transfer& op) {
  return {op.from, op.to, op.amount, !op.back};
}

inline transfer inverse(const with_letters&, const transfer& op) {
  return {op.from, op.to, op.amount, !op.back};
}

inline std::uint64_t digest(const accounts& self) {
  auto made = self.trace;
  for (const auto each : self.money)
    made = made * 1'000'003 + static_cast<std::uint64_t>(each);
  return made;
}

inline transfer make(const accounts& seen, libsync::testing::random& choices) {
  const auto from = static_cast<std::size_t>(choices.below(4));
  return {from, static_cast<std::size_t>(choices.below(4)),
          choices.between(0, 1 + seen.money[from])};
}

inline bool is_sound(const accounts& self) {
  return std::accumulate(self.money.begin(), self.money.end(), std::int64_t{0}) == 400;
}

} // namespace bank
