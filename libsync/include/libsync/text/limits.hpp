#pragma once

/// Limits of one delta and of one shared text.

#include <cstddef>
#include <cstdint>
#include <string>

#include "libsync/outcome.hpp"
#include "libsync/text/delta.hpp"
#include "libsync/text/selection.hpp"

namespace libsync {

/// Limits of what clients send. They also bound the memory that a text keeps for its clients, and
/// the work that one delta makes. A delta is rewritten over up to `kept_deltas` others, each time
/// at as many places as both have.
struct text_limits {
  /// Places at which a delta changes a text.
  static constexpr std::size_t places = 16'384;
  /// Bytes that a delta inserts.
  static constexpr std::size_t inserted_bytes = std::size_t{16} << 20;
  /// Selections of one client.
  static constexpr std::size_t selections = 256;
  /// Clients that have joined one text.
  static constexpr std::size_t members = 10'000;
  /// Deltas that are kept in any case, for those who follow without being members, and for
  /// transactions of several deltas.
  static constexpr std::size_t kept_for_all = 16;
  /// Most deltas that are kept for clients that have not seen them, and their bytes, as `size_of`
  /// counts them. The limit that is reached first holds.
  static constexpr std::size_t kept_deltas = 10'000;
  static constexpr std::size_t kept_bytes = std::size_t{64} << 20;
};

namespace detail {

inline outcome check_limit(const char* what, std::size_t found, std::size_t most) {
  if (found <= most) [[likely]]
    return accepted();
  return refused(what + std::to_string(found) + ", expected at most " + std::to_string(most));
}

/// Checks a delta against these limits, divided by `parts`.
inline outcome check_limits(const delta& change, std::size_t parts = 1) {
  auto done = check_limit("the places that a delta changes are ", change.places(),
                          text_limits::places / parts);
  if (!done)
    return done;
  return check_limit("the bytes that a delta inserts are ", change.inserted().size(),
                     text_limits::inserted_bytes / parts);
}

inline outcome check_limits(const selections& where) {
  auto done = check_limit("the selections of a client are ", where.size(), text_limits::selections);
  for (std::size_t i = 0; done && i < where.size(); ++i)
    if (where[i].anchor > delta::longest || where[i].head > delta::longest)
      return refused("a selection reaches beyond " + std::to_string(delta::longest) +
                     " code units");
  return done;
}

} // namespace detail
} // namespace libsync
