#pragma once

/// Operations kept for undo, redo and going back.

#include <algorithm>
#include <cstddef>
#include <deque>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>

#include "libsync/context.hpp"
#include "libsync/detail/fifo.hpp"
#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/reducer.hpp"

namespace libsync {

/// The limits of a history.
struct history_limits {
  /// The most operations that can be undone. The oldest are forgotten first. At least 1.
  std::size_t operations = 1000;
  /// The number of versions from one kept copy of the data to the next. A step back copies one such
  /// checkpoint and replays fewer operations than this. At least 1.
  std::size_t checkpoint_every = 64;

  /// Returns these limits. Throws std::invalid_argument, naming the first that is 0.
  [[nodiscard]] const history_limits& checked() const {
    if (operations == 0 || checkpoint_every == 0)
      throw std::invalid_argument(std::string{"libsync::history_limits: `"} +
                                  (operations == 0 ? "operations" : "checkpoint_every") +
                                  "` is 0, expected at least 1");
    return *this;
  }
};

/// The data of a single user with the operations that led to them. Version 0 has the initial data.
/// Each accepted operation makes the next version. `go_to` reaches any version from `oldest()` to
/// `newest()`, in time proportional to `checkpoint_every` plus one copy of the data. Forward steps
/// apply the operations that they pass, and copy nothing. An operation applied after going back
/// drops the operations that could be redone.
///
/// A history works with every form of reducer, because it goes back by replaying forward from a
/// checkpoint, each operation in the context in which it was applied. It asks for no inverse. It
/// takes one copy of the data for each checkpoint. There are at least two checkpoints once an
/// operation was forgotten. Effects are never run.
///
/// If a reducer threw and may have changed half of the data, the history makes them anew from a
/// checkpoint. Whatever a call throws (std::bad_alloc, or an exception of a copy), the history is
/// as it was, or stands at another version that it keeps. It may then have forgotten the operations
/// that could be redone, and the oldest versions up to the next checkpoint.
template <class Data>
class history {
public:
  using operation = typename Data::operation;

  /// Throws std::invalid_argument if a limit is 0.
  explicit history(Data initial, const history_limits& bounds = {})
      : bounds_(bounds.checked()), data_(std::move(initial)) {
    checkpoints_.push_back({0, data_});
  }

  [[nodiscard]] const Data& data() const noexcept { return data_; }

  /// The version of `data()`, and the range of versions that can be gone to.
  [[nodiscard]] libsync::version version() const noexcept { return version_; }
  [[nodiscard]] libsync::version oldest() const noexcept { return checkpoints_.front().version; }
  [[nodiscard]] libsync::version newest() const noexcept { return oldest() + operations_.size(); }

  [[nodiscard]] bool can_undo() const noexcept { return version_ > oldest(); }
  [[nodiscard]] bool can_redo() const noexcept { return version_ < newest(); }

  /// The kept operations, oldest first. The first leads from `oldest()` to the version after it.
  [[nodiscard]] const std::deque<operation>& operations() const noexcept { return operations_; }

  /// Applies `op` as the next version, or refuses it and changes nothing. A reducer that takes a
  /// context gets `how`, with that version.
  outcome apply(operation op, context<Data> how = {}) {
    if (torn_)
      rebuild(version_);
    how.version = version_ + 1;
    auto result = reducer<Data>::step(data_, op, how);
    if (!result) {
      if (result.leaves_data_unknown())
        rebuild(version_);
      return result;
    }
    try {
      forget_after(version_);
      if constexpr (takes_context<Data>)
        contexts_.make_room(1);
      operations_.push_back(std::move(op));
      if constexpr (takes_context<Data>)
        contexts_.push(std::move(how));
    } catch (...) {
      rebuild(version_);
      throw;
    }
    ++version_;
    keep_checkpoint();
    while (operations_.size() > bounds_.operations && forget_oldest())
      continue;
    return result;
  }

  /// Steps back by one version. Refused if none older is kept.
  outcome undo() { return can_undo() ? go_to(version_ - 1) : refused("there is nothing to undo"); }

  /// Steps forward by one version. Refused at the newest.
  outcome redo() { return can_redo() ? go_to(version_ + 1) : refused("there is nothing to redo"); }

  /// Makes `data()` the data of version `target`. Refused if that version is not kept. Throws
  /// std::logic_error if the reducer is not deterministic and refuses what it had accepted.
  outcome go_to(libsync::version target) {
    if (target < oldest() || target > newest())
      return refused("version " + std::to_string(target) + " is not kept, only " +
                     std::to_string(oldest()) + " to " + std::to_string(newest()));
    if (torn_ || target < version_)
      rebuild(target);
    else
      replay_to(target);
    return accepted();
  }

private:
  struct checkpoint {
    libsync::version version;
    Data data;
  };

  // Makes the data those of `target`, from the checkpoint before it.
  void rebuild(libsync::version target) {
    go_to_checkpoint_before(target);
    replay_to(target);
  }

  void go_to_checkpoint_before(libsync::version target) {
    torn_ = true;
    const auto& from = checkpoint_before(target);
    auto copy = from.data;
    data_ = std::move(copy);
    version_ = from.version;
    torn_ = false;
  }

  // The operations were accepted once, so a deterministic reducer accepts them again.
  void replay_to(libsync::version target) {
    for (; version_ != target; ++version_) {
      if (const auto result = step(data_, version_ - oldest()); !result) {
        const auto failed = version_;
        if (result.leaves_data_unknown())
          go_to_checkpoint_before(version_);
        throw not_deterministic(failed, result);
      }
    }
  }

  // Applies the operation at that place again.
  outcome step(Data& to, libsync::version place) const noexcept {
    const auto& op = operations_[static_cast<std::size_t>(place)];
    if constexpr (takes_context<Data>)
      return reducer<Data>::step(to, op, contexts_.all()[static_cast<std::size_t>(place)]);
    else
      return reducer<Data>::step(to, op);
  }

  [[nodiscard]] const checkpoint& checkpoint_before(libsync::version target) const {
    auto after = std::upper_bound(
        checkpoints_.begin(), checkpoints_.end(), target,
        [](libsync::version key, const checkpoint& one) { return key < one.version; });
    return *std::prev(after);
  }

  // Where there is no memory for one now, it is kept at the next version.
  void keep_checkpoint() noexcept {
    if (version_ - checkpoints_.back().version >= bounds_.checkpoint_every)
      static_cast<void>(add_checkpoint());
  }

  // Returns whether there was memory for it.
  bool add_checkpoint() noexcept {
    try {
      checkpoints_.push_back({version_, data_});
      return true;
    } catch (...) {
      return false;
    }
  }

  void forget_after(libsync::version last) {
    const auto kept = static_cast<std::ptrdiff_t>(last - oldest());
    operations_.erase(std::next(operations_.begin(), kept), operations_.end());
    while (contexts_.size() > operations_.size())
      contexts_.take_back();
    while (checkpoints_.back().version > last)
      checkpoints_.pop_back();
  }

  // The oldest checkpoint moves forward by one operation and swallows the next one when it gets
  // there. There must be a next one, to take its place where a reducer throws and leaves nobody
  // knows what. Returns false where there is no memory now. The data are those of `newest()`.
  bool forget_oldest() {
    if (checkpoints_.size() == 1 && !add_checkpoint())
      return false;
    auto& base = checkpoints_.front();
    const auto result = step(base.data, 0);
    if (result.leaves_data_unknown()) {
      forget_before(checkpoints_[1].version);
      return true;
    }
    if (result.threw())
      return false;
    if (!result)
      throw not_deterministic(base.version, result);
    operations_.pop_front();
    forget_contexts_but(operations_.size());
    ++base.version;
    if (checkpoints_[1].version == base.version)
      checkpoints_.pop_front();
    return true;
  }

  // Forgets all before the second checkpoint, which is of that version.
  void forget_before(libsync::version first) noexcept {
    const auto gone = static_cast<std::ptrdiff_t>(first - oldest());
    operations_.erase(operations_.begin(), std::next(operations_.begin(), gone));
    forget_contexts_but(operations_.size());
    checkpoints_.pop_front();
  }

  // The newest `count` stay.
  void forget_contexts_but(std::size_t count) noexcept {
    while (contexts_.size() > count)
      contexts_.pop();
  }

  static std::logic_error not_deterministic(libsync::version from, const outcome& result) {
    return std::logic_error("libsync::history: the reducer is not deterministic: it now refuses "
                            "the operation that made version " +
                            std::to_string(from + 1) + " (" + result.reason() + ")");
  }

  history_limits bounds_;
  Data data_;
  libsync::version version_ = 0;
  // The data are not those of `version_`: what was to make them so has thrown.
  bool torn_ = false;
  std::deque<operation> operations_;
  // Those of the operations; none, if the reducer takes none.
  detail::fifo<context<Data>> contexts_;
  std::deque<checkpoint> checkpoints_;
};

} // namespace libsync
