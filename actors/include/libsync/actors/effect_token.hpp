#pragma once

/// How a handler of effects tells later what became of an effect.

#include <memory>
#include <utility>

#include "libsync/effects.hpp"
#include "libsync/reason.hpp"

namespace libsync {

namespace detail {
class effect_desk;
} // namespace detail

/// Names an effect that was handed to `server_options::on_effect`, and takes the report on it. It
/// may be copied, kept, and used in any thread, also after the server has died: then the report
/// waits for the server that a supervisor starts next, which does not hand the effect over again.
/// Of several reports that wait, `done` prevails, and then `refused`. A report on an effect that is
/// done or given up is ignored, and so is each once no server will serve again.
///
/// If a report throws std::bad_alloc, nothing was reported.
class effect_token {
public:
  [[nodiscard]] const effect_key& key() const noexcept { return key_; }

  /// The effect is done, and is forgotten.
  void done() const;
  /// The effect cannot be done, and is forgotten. `server_options::on_effect_refused` is told.
  void refused(libsync::reason why) const;
  /// The effect is to be handed over again, soon: to try once more after a delay, call this then.
  void again() const;

  /// For the library's own use.
  effect_token(effect_key key, std::shared_ptr<detail::effect_desk> desk) noexcept
      : key_(key), desk_(std::move(desk)) {}

private:
  effect_key key_;
  std::shared_ptr<detail::effect_desk> desk_;
};

} // namespace libsync
