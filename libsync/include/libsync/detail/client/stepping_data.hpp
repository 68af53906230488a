#pragma once

/// Data with pending submissions applied, which are stepped back from by their inverses.

#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "libsync/context.hpp"
#include "libsync/detail/copy_on_write.hpp"
#include "libsync/detail/fifo.hpp"
#include "libsync/detail/server/apply_wholly.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/outcome.hpp"
#include "libsync/reducer.hpp"

namespace libsync::detail {

/// One set of data. It is what is shown; the confirmed data are a row of inverses away, one for
/// each pending operation that is shown. So nothing is copied, unless a snapshot is held.
///
/// Nothing throws. Once an operation or an inverse has left the data unknown, `is_torn`.
template <class Data>
class stepping_data {
public:
  using operation = typename Data::operation;

  explicit stepping_data(std::shared_ptr<const Data> confirmed) noexcept
      : data_(std::move(confirmed)) {}

  [[nodiscard]] const Data& shown() const noexcept { return data_.read(); }
  [[nodiscard]] std::shared_ptr<const Data> share() { return data_.share(); }
  [[nodiscard]] bool is_torn() const noexcept { return is_torn_; }
  void tear() noexcept { is_torn_ = true; }
  /// Whether a replay must begin again: never.
  [[nodiscard]] static bool is_spoilt() noexcept { return false; }

  /// Returns the confirmed data: shared where they are shown, else a copy. Throws std::bad_alloc,
  /// what copying throws, or std::runtime_error if the reducer refuses an inverse.
  [[nodiscard]] std::shared_ptr<const Data> confirmed() {
    if (inverses_.empty())
      return share();
    auto copy = shared<Data>(shown());
    const auto steps = inverses_.all();
    for (std::size_t i = steps.size(); i != 0; --i)
      if (auto why = reducer<Data>::step(*copy, steps[i - 1]); !why)
        throw std::runtime_error(std::string{"libsync: the reducer refuses an inverse: "} +
                                 why.reason());
    return copy;
  }

  /// Applies the operations of a pending submission, all or none.
  outcome show(std::span<const operation> all, const context<Data>& how) noexcept {
    std::size_t done = 0;
    try {
      Data& data = data_.write();
      inverses_.make_room(all.size());
      for (; done != all.size(); ++done) {
        inverses_.push(call_inverse(data, all[done], how));
        if (const auto why = reducer<Data>::step(data, all[done]); !why) {
          inverses_.take_back();
          is_torn_ = is_torn_ || why.leaves_data_unknown();
          return give_up(done, all.size() == 1 ? why : in_list(done, all.size(), why));
        }
      }
      return accepted();
    } catch (...) {
      return give_up(done, outcome::threw(what_was_thrown(), true));
    }
  }

  /// The oldest pending operations, which are shown, are confirmed as they are.
  std::size_t confirm_shown(std::span<const operation> all, outcome&) noexcept {
    inverses_.drop(all.size());
    return all.size();
  }

  /// Makes the data the confirmed ones, where any pending operation is shown.
  outcome begin_rebase() noexcept { return step_back(inverses_.size()); }
  /// The inverse that was refused, if the data cannot be made the confirmed ones.
  [[nodiscard]] const operation* refused() const noexcept { return &inverses_.all().back(); }

  /// Applies confirmed operations, within a rebase, up to one that is refused.
  std::size_t apply(std::span<const operation> all, const context_run<Data>& from,
                    outcome& why) noexcept {
    try {
      return reducer<Data>::apply(data_.write(), all, from, why);
    } catch (...) {
      why = outcome::threw(what_was_thrown(), true);
      return 0;
    }
  }

  /// Those of the pending operations that are shown, oldest first.
  [[nodiscard]] std::span<const operation> inverses() const noexcept { return inverses_.all(); }

  /// The confirmed data, within a rebase.
  [[nodiscard]] const Data& rebased() const noexcept { return shown(); }

  /// From here on pending submissions are shown anew.
  outcome begin_replay(bool) noexcept { return accepted(); }

private:
  outcome give_up(std::size_t done, outcome why) noexcept {
    if (const auto back = is_torn_ ? why : step_back(done); !back)
      return outcome::threw(back.reason(), false);
    return why;
  }

  outcome step_back(std::size_t count) noexcept {
    try {
      for (; count != 0; --count) {
        if (auto why = reducer<Data>::step(data_.write(), inverses_.all().back()); !why) {
          is_torn_ = true;
          return why;
        }
        inverses_.take_back();
      }
      return accepted();
    } catch (...) {
      is_torn_ = true;
      return outcome::threw(what_was_thrown(), false);
    }
  }

  copy_on_write<Data> data_;
  fifo<operation> inverses_; // oldest first
  bool is_torn_ = false;
};

} // namespace libsync::detail
