#pragma once

/// Data with pending submissions applied, beside the data without them.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "libsync/context.hpp"
#include "libsync/detail/batch_cursor.hpp"
#include "libsync/detail/copy_on_write.hpp"
#include "libsync/detail/server/apply_wholly.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/reducer.hpp"

namespace libsync::detail {

/// For data without `inverse`. The confirmed data are copied when a pending submission is shown
/// first, and at each rebase. One's own operations are applied to both after that, so the next
/// submission copies nothing; until a rebase finds nothing pending, which ends the second set.
///
/// Nothing throws, but `confirmed`. Once an operation has left the confirmed data unknown, or there
/// is no memory for a copy, `is_torn`.
template <class Data>
class copying_data {
public:
  using operation = typename Data::operation;

  explicit copying_data(std::shared_ptr<const Data> confirmed) noexcept
      : shown_(std::move(confirmed)) {}

  [[nodiscard]] const Data& shown() const noexcept { return shown_.read(); }
  [[nodiscard]] std::shared_ptr<const Data> share() { return shown_.share(); }
  [[nodiscard]] bool is_torn() const noexcept { return is_torn_; }
  void tear() noexcept { is_torn_ = true; }
  /// Whether what is shown is neither with nor without the last submission: a transaction that was
  /// refused half-way, or an operation that threw. The replay must begin again without it.
  [[nodiscard]] bool is_spoilt() const noexcept { return is_spoilt_; }

  /// Returns the confirmed data: shared where they are shown, else a copy. Throws std::bad_alloc,
  /// or what copying throws.
  [[nodiscard]] std::shared_ptr<const Data> confirmed() {
    return confirmed_ ? shared<Data>(*confirmed_) : share();
  }

  /// Applies the operations of a pending submission. What is refused half-way spoils what is shown.
  outcome show(std::span<const operation> all, const context<Data>& how) noexcept {
    if (all.empty())
      return accepted();
    try {
      if (!confirmed_)
        confirmed_.emplace(shown());
      Data& data = shown_.write();
      for (std::size_t i = 0; i != all.size(); ++i)
        if (const auto why = reducer<Data>::step(data, all[i], how); !why) {
          is_spoilt_ = i != 0 || why.leaves_data_unknown();
          return all.size() == 1 ? why : in_list(i, all.size(), why);
        }
      return accepted();
    } catch (...) {
      return outcome::threw(what_was_thrown(), true);
    }
  }

  /// The oldest pending operations, which are shown, are confirmed as they are.
  std::size_t confirm_shown(std::span<const operation> all, outcome& why) noexcept {
    return confirmed_ ? reducer<Data>::apply(*confirmed_, all, {}, why) : all.size();
  }

  /// Applies confirmed operations, within a rebase, up to one that is refused.
  std::size_t apply(std::span<const operation> all, const context_run<Data>& from,
                    outcome& why) noexcept {
    try {
      return reducer<Data>::apply(confirmed_ ? *confirmed_ : shown_.write(), all, from, why);
    } catch (...) {
      why = outcome::threw(what_was_thrown(), true);
      return 0;
    }
  }

  /// The confirmed data, within a rebase.
  [[nodiscard]] const Data& rebased() const noexcept { return confirmed_ ? *confirmed_ : shown(); }

  /// What is shown is the confirmed data; on these pending submissions are shown anew, if there are
  /// any.
  outcome begin_replay(bool is_anything_pending) noexcept {
    is_spoilt_ = false;
    if (!confirmed_)
      return accepted();
    try {
      if (is_anything_pending) {
        shown_.replace(Data(*confirmed_));
      } else {
        shown_.replace(std::move(*confirmed_));
        confirmed_.reset();
      }
      return accepted();
    } catch (...) {
      is_torn_ = true;
      return outcome::threw(what_was_thrown(), false);
    }
  }

private:
  copy_on_write<Data> shown_;
  std::optional<Data> confirmed_; // where they may differ
  bool is_spoilt_ = false;
  bool is_torn_ = false;
};

/// Applies the rest of a batch, `size` operations of which the first makes version `next`, run by
/// run, each in its context. Returns how many were applied.
template <class Data>
std::size_t apply_in_contexts(copying_data<Data>& data, batch_cursor<Data> rest, version next,
                              std::size_t size, outcome& why) noexcept {
  std::size_t done = 0;
  while (!rest.is_done()) {
    const auto piece = rest.next(size);
    const auto count = data.apply(piece.operations, piece.contexts(next), why);
    done += count;
    if (count != piece.operations.size())
      break;
    next += piece.versions;
  }
  return done;
}

} // namespace libsync::detail
