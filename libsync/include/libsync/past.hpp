#pragma once

/// The versions that somebody has seen, with who made them and when.

#include <algorithm>
#include <cstddef>
#include <deque>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "libsync/change.hpp"
#include "libsync/context.hpp"
#include "libsync/history.hpp"
#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/reason.hpp"
#include "libsync/reducer.hpp"
#include "libsync/result.hpp"

namespace libsync {

/// Keeps what an observer is told, so that the data of any of these versions can be read again,
/// with the submission that has made it. Filled by an observer of a client, or by `on_change` of a
/// server:
///
///     libsync::past<board> seen{board{}};
///     options.on_change = [&](const libsync::change<board>& what) { seen.add(what); };
///
/// It takes one copy of the data for every `checkpoint_every` versions, and at least two; and a
/// copy of each operation. Whoever keeps none of it pays nothing. One thread at a time.
template <class Data>
class past {
public:
  using operation = typename Data::operation;

  /// A submission that was accepted.
  struct submission {
    /// Who has submitted it, when, and the version that it made.
    context<Data> how;
    std::vector<operation> operations;
  };

  /// Begins with the data of a version. `operations` of the limits are submissions here. Throws
  /// std::invalid_argument if a limit is 0.
  explicit past(Data first, libsync::version version = 0, const history_limits& bounds = {})
      : bounds_(bounds.checked()) {
    checkpoints_.push_back({version, std::move(first)});
  }

  /// The versions that are kept.
  [[nodiscard]] libsync::version oldest() const noexcept { return checkpoints_.front().version; }
  [[nodiscard]] libsync::version newest() const noexcept { return oldest() + kept_.size(); }

  /// Takes what an observer is told. If a snapshot has replaced the data, or a version is missing,
  /// it begins anew with the data of that version. If it throws, it may have begun anew.
  void add(const change<Data>& what) {
    if (what.operations.empty() || what.version != newest() + 1)
      return begin(what);
    kept_.push_back({{what.by, what.time, what.version, false, what.identity},
                     {what.operations.begin(), what.operations.end()}});
    try {
      if (what.version - checkpoints_.back().version >= bounds_.checkpoint_every)
        checkpoints_.push_back({what.version, what.data});
    } catch (...) { // the next version is tried
    }
    while (kept_.size() > bounds_.operations && checkpoints_.size() > 1)
      forget_oldest();
  }

  /// Returns the submission that has made a version, or null if it is not kept.
  [[nodiscard]] const submission* made(libsync::version version) const noexcept {
    if (version <= oldest() || version > newest())
      return nullptr;
    return &kept_[static_cast<std::size_t>(version - oldest() - 1)];
  }

  /// Returns a copy of the data of a version; or the reason for which there are none: it is older
  /// than what is kept, not there yet, or the reducer is not deterministic.
  [[nodiscard]] result<Data> read(libsync::version version) const {
    if (version < oldest())
      return failed("version " + std::to_string(version) + " is truncated: the oldest is " +
                    std::to_string(oldest()));
    if (version > newest())
      return failed("version " + std::to_string(version) + " is not there yet: the newest is " +
                    std::to_string(newest()));
    const auto after = std::upper_bound(
        checkpoints_.begin(), checkpoints_.end(), version,
        [](libsync::version key, const checkpoint& one) { return key < one.version; });
    const auto& from = *std::prev(after);
    Data data = from.data;
    for (auto next = from.version + 1; next <= version; ++next) {
      const auto& one = *made(next);
      outcome why;
      if (reducer<Data>::apply(data, one.operations, {one.how, true}, why) != one.operations.size())
        return failed("the reducer is not deterministic: it now refuses version " +
                      std::to_string(next));
    }
    return data;
  }

private:
  struct checkpoint {
    libsync::version version;
    Data data;
  };

  static result<Data> failed(const std::string& why) { return result<Data>::failed(reason{why}); }

  void begin(const change<Data>& what) {
    checkpoint first{what.version, what.data};
    kept_.clear();
    checkpoints_.clear();
    checkpoints_.push_back(std::move(first));
  }

  // Up to the next checkpoint.
  void forget_oldest() noexcept {
    const auto gone = static_cast<std::ptrdiff_t>(checkpoints_[1].version - oldest());
    kept_.erase(kept_.begin(), std::next(kept_.begin(), gone));
    checkpoints_.pop_front();
  }

  history_limits bounds_;
  std::deque<submission> kept_; // that of `oldest() + 1` first
  std::deque<checkpoint> checkpoints_;
};

} // namespace libsync
