#pragma once

/// What becomes of one's own steps: the side of an `undo_stack` that its client tells.

#include <atomic>
#include <list>
#include <memory>
#include <span>
#include <utility>

#include "libsync/detail/client/own_record.hpp"
#include "libsync/detail/client/undo_steps.hpp"
#include "libsync/ids.hpp"
#include "libsync/reducer_forms.hpp"
#include "libsync/undo_limits.hpp"

namespace libsync::detail {

/// Steps, with their inverses as soon as they are decided.
template <class Data>
class undo_record : private own_record<Data> {
public:
  using operation = typename Data::operation;

protected:
  using way = step_way;
  using step = undo_step<operation>;
  using awaited = awaited_step;

  explicit undo_record(undo_limits bounds) noexcept : bounds_(bounds) {}
  ~undo_record() = default;

  own_record<Data>* record() noexcept { return this; }

  void trim() noexcept {
    for (const auto which : {way::undo, way::redo})
      while (steps_.of(which).size() > bounds_.steps)
        steps_.of(which).pop_front();
    count();
  }

  void count() noexcept {
    if (!counts_)
      return;
    counts_->undo.store(steps_.undo().size(), std::memory_order_release);
    counts_->redo.store(steps_.redo().size(), std::memory_order_release);
  }

  const undo_limits bounds_;
  undo_steps<operation> steps_;
  std::list<awaited> awaited_;
  std::shared_ptr<undo_counts> counts_;

private:
  void accepted(submission_number number, std::span<const operation> inverses) noexcept override {
    decide_before(number);
    if (awaited_.empty() || awaited_.front().number != number)
      return replaced(); // it is no step, and steps are not carried over it
    settle_first([&](step& of) {
      try {
        of.back.insert(of.back.begin(), inverses.rbegin(), inverses.rend());
      } catch (...) { // there is no memory for it
        of.is_lost = true;
      }
    });
  }
  void refused(submission_number, submission_number end) noexcept override { decide_before(end); }
  void lost(submission_number first, submission_number end) noexcept override {
    decide_before(first);
    while (!awaited_.empty() && awaited_.front().number < end)
      settle_first([](step& of) { of.is_lost = true; });
  }
  void followed(std::span<const operation> foreign) noexcept override {
    if constexpr (rebases_operations<Data>) {
      try {
        for (const operation& one : foreign)
          for (const auto which : {way::undo, way::redo})
            carry_over(which, one);
      } catch (...) {
        replaced();
      }
    }
  }
  void replaced() noexcept override {
    if constexpr (rebases_operations<Data>)
      for (const auto which : {way::undo, way::redo})
        steps_.for_each_newest_first(
            which, [](step& one) { one.is_lost = one.is_lost || !one.back.empty(); });
  }

  void decide_before(submission_number end) noexcept {
    while (!awaited_.empty() && awaited_.front().number < end)
      settle_first([](step&) {});
  }

  template <class Settle>
  void settle_first(Settle settle) noexcept {
    const awaited one = awaited_.front();
    awaited_.pop_front();
    steps_.change(one.name, [&](step& of) {
      --of.waiting;
      settle(of);
    });
    count();
  }

  // Newest first: each is undone before those behind it, so the foreign one is carried over it.
  void carry_over(way which, const operation& foreign) {
    operation over = foreign;
    steps_.for_each_newest_first(which, [&](step& of) {
      for (operation& one : of.back) {
        operation next = rebase(over, one, false);
        one = rebase(one, over, true);
        over = std::move(next);
      }
    });
  }
};

} // namespace libsync::detail
