#pragma once

/// A `past` that threads share.

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "libsync/change.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/history.hpp"
#include "libsync/ids.hpp"
#include "libsync/past.hpp"
#include "libsync/reason.hpp"
#include "libsync/result.hpp"

namespace libsync {

/// A handle to a `past`, which is itself the observer that fills it. So a session's earlier
/// versions can be read by any thread:
///
///     libsync::shared_past<board> seen;
///     libsync::client_options<board> options;
///     options.on_change = seen;
///     libsync::session<board> session{server, options};
///     const auto before = seen.read(session.version() - 1);
///
/// An optimistic client tells what it shows, and not each version: observe the server instead, or a
/// client of its own. Copies share one past. All members may be called by any thread. While
/// somebody reads, the observed client waits: for a copy of the data, and at most
/// `checkpoint_every` submissions that are applied to it.
template <class Data>
class shared_past {
public:
  using submission = typename past<Data>::submission;

  struct versions {
    libsync::version oldest = 0;
    libsync::version newest = 0;
    friend bool operator==(const versions&, const versions&) = default;
  };

  /// `operations` of the limits are submissions here. Throws std::invalid_argument if a limit is 0.
  explicit shared_past(const history_limits& bounds = {})
      : kept_(detail::shared<state>(bounds.checked())) {}

  /// Takes what an observer is told.
  void operator()(const change<Data>& what) const {
    const std::lock_guard<std::mutex> lock{kept_->mutex};
    if (kept_->seen)
      kept_->seen->add(what);
    else
      kept_->seen.emplace(what.data, what.version, kept_->bounds);
  }

  /// The versions that can be read; nothing before the first change was told.
  [[nodiscard]] std::optional<versions> kept() const {
    const std::lock_guard<std::mutex> lock{kept_->mutex};
    if (!kept_->seen)
      return std::nullopt;
    return versions{kept_->seen->oldest(), kept_->seen->newest()};
  }

  /// Returns a copy of the submission that has made a version; nothing if it is not kept.
  [[nodiscard]] std::optional<submission> made(libsync::version version) const {
    const std::lock_guard<std::mutex> lock{kept_->mutex};
    const auto* found = kept_->seen ? kept_->seen->made(version) : nullptr;
    return found != nullptr ? std::optional{*found} : std::nullopt;
  }

  /// Returns a copy of the data of a version, or the reason for which there are none, as
  /// `past::read` does.
  [[nodiscard]] result<Data> read(libsync::version version) const {
    const std::lock_guard<std::mutex> lock{kept_->mutex};
    if (!kept_->seen)
      return result<Data>::failed(
          reason{"version " + std::to_string(version) + " is not there: nothing was seen yet"});
    return kept_->seen->read(version);
  }

private:
  struct state {
    explicit state(const history_limits& of) : bounds(of) {}

    std::mutex mutex;
    history_limits bounds;
    std::optional<past<Data>> seen; // from the first change on
  };

  std::shared_ptr<state> kept_;
};

} // namespace libsync
