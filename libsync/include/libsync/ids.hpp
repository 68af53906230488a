#pragma once

/// The small numbers by which everything is named.

#include <cstdint>
#include <ostream>

namespace libsync {

/// Counts accepted submissions of one server: the initial data have version 0, the first accepted
/// submission makes version 1, and so on without gaps.
using version = std::uint64_t;

/// Counts the submissions of one client, from 1 on.
using submission_number = std::uint64_t;

/// Milliseconds since 1970-01-01 00:00 UTC. Values take it as an argument; none reads a clock.
using timestamp = std::int64_t;

/// Names a client within an epoch; a server hands them out and never reuses one.
/// `server` stands for the server itself, which submits what `on_left` returns.
enum class client_id : std::uint64_t { server = 0 };

/// Names one uninterrupted sequence of versions. Versions of different epochs cannot be compared.
enum class epoch_id : std::uint64_t { none = 0 };

inline std::ostream& operator<<(std::ostream& out, client_id id) {
  if (id == client_id::server)
    return out << "server";
  return out << "client " << static_cast<std::uint64_t>(id);
}

inline std::ostream& operator<<(std::ostream& out, epoch_id id) {
  return out << "epoch " << static_cast<std::uint64_t>(id);
}

} // namespace libsync
