#pragma once

/// Where reports on effects wait for the server.

#include <map>
#include <mutex>
#include <utility>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/server/doorbell.hpp"

#include "libsync/effects.hpp"
#include "libsync/reason.hpp"

namespace libsync::detail {

struct effect_report {
  // The later ones replace the earlier ones.
  enum class kind { again, refused, done };

  kind what = kind::again;
  libsync::reason why; // why it was refused
};

/// Reports on effects, from any thread, one an effect. It outlives the servers of a supervisor, and
/// wakes the one that serves. It holds as many reports as there are effects that were handed over
/// and are not done, at most, and those on effects that are done until the server has its turn.
class effect_desk {
public:
  using reports = std::map<effect_key, effect_report>;

  /// From now on this server serves.
  void serve(actor_address by) noexcept { bell_.serve(std::move(by)); }

  /// Takes a report and wakes the server. If it throws, it has not taken it.
  void put(const effect_key& key, effect_report what);

  /// Whether it is reported, and not yet taken, that an effect need not be handed over again.
  [[nodiscard]] bool has_ended(const effect_key& key) const noexcept;

  /// The effects that were to be handed over again will be, because a life of the server begins.
  void begin_life() noexcept;

  /// Takes a report out, the first of all. Returns an empty handle if there is none.
  [[nodiscard]] reports::node_type take() noexcept;
  /// Puts one back that could not be handled.
  void put_back(reports::node_type report) noexcept;

private:
  mutable std::mutex lock_;
  reports waiting_;
  doorbell bell_;
};

} // namespace libsync::detail
