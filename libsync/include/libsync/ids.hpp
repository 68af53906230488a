#pragma once

/// The numbers that name versions, submissions, clients and epochs.

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

/// Names a client within an epoch. A server gives out these names and never reuses one. `server`
/// stands for the server itself, which submits what `on_left` returns.
enum class client_id : std::uint64_t { server = 0 };

/// Names one uninterrupted sequence of versions. Versions of different epochs cannot be compared.
enum class epoch_id : std::uint64_t { none = 0 };

/// Returns the epoch that follows `ended`, whose last version is `last`, by the mixing function of
/// SplitMix64 (Steele, Lea and Flood 2014). Equal arguments give the same epoch, so decisions stay
/// deterministic. With overwhelming likelihood no other server has that epoch.
[[nodiscard]] constexpr epoch_id epoch_after(epoch_id ended, version last) noexcept {
  auto mixed = static_cast<std::uint64_t>(ended) + (last + 1) * 0x9e3779b97f4a7c15;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  mixed = (mixed ^ (mixed >> 31)) | 1;
  return epoch_id{mixed == static_cast<std::uint64_t>(ended) ? mixed + 2 : mixed};
}

inline std::ostream& operator<<(std::ostream& out, client_id id) {
  if (id == client_id::server)
    return out << "server";
  return out << "client " << static_cast<std::uint64_t>(id);
}

inline std::ostream& operator<<(std::ostream& out, epoch_id id) {
  return out << "epoch " << static_cast<std::uint64_t>(id);
}

} // namespace libsync
