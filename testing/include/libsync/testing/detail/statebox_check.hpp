#pragma once

/// Checks the laws of stateboxes on a list of events.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/statebox/check.hpp"
#include "libsync/statebox/stamp.hpp"
#include "libsync/statebox/statebox.hpp"

#include "libsync/testing/box_event.hpp"
#include "libsync/testing/detail/broken_law.hpp"
#include "libsync/testing/detail/same.hpp"
#include "libsync/testing/detail/siblings.hpp"
#include "libsync/testing/digest.hpp"
#include "libsync/testing/random.hpp"
#include "libsync/testing/statebox_laws.hpp"

namespace libsync::testing::detail {

template <class Data, std::size_t Origins>
class statebox_check {
  using operation = typename Data::operation;
  using what = composite<operation>;
  using box = statebox<Data, stamp, Origins>;
  using model = siblings<Data, Origins>;
  using kind = typename box_event<Data>::kind;
  static constexpr std::size_t most_values = 4;
  static constexpr std::size_t most_operations = 5;

public:
  explicit statebox_check(const statebox_laws<Data, Origins>& how)
      : how_(how), all_(how.initial, how.siblings) {
    values_.push_back(how.initial);
  }

  /// Plays an event, and checks the sibling to which it happens.
  void play(const box_event<Data>& next) {
    guarded([&] {
      act(next);
      check_box(all_.at(next.sibling).real, all_.at(next.sibling).seen);
      digest_ =
          mix(digest_, fingerprint(all_.at(next.sibling).real.value()).value_or(next.sibling));
    });
  }

  /// Makes an event by chance. `make` is called with the data of a sibling and the time.
  template <class Make>
  [[nodiscard]] box_event<Data> make_event(random& choices, Make& make) {
    const auto i = static_cast<std::size_t>(choices.below(all_.size()));
    const auto other = static_cast<std::size_t>(choices.below(all_.size()));
    switch (choices.below(how_.drops ? 8 : 6)) {
    case 4:
      return box_event<Data>::tell(i, other);
    case 5:
      return box_event<Data>::merge(i, other);
    case 6:
      return box_event<Data>::expire(i, choices.between(0, std::max<timestamp>(5, how_.round)));
    case 7:
      return box_event<Data>::truncate(i, choices.between(0, 4));
    default:
      const auto when = all_.time_of_change(i, choices.between(0, 3));
      return box_event<Data>::change(i, when.time, make(all_.at(i).real.value(), when, choices));
    }
  }

  /// Checks what needs all events: rows of operations, and merges. Of operations that must not be
  /// replayed all else may come, so it is they that are told.
  void finish() {
    const auto so_far = std::exchange(broken_, std::nullopt);
    guarded([&] { check_rows(); });
    if (!broken_)
      broken_ = so_far;
    guarded([&] { check_merges(); });
    for (std::size_t i = 0; i < all_.size(); ++i)
      guarded([&] { check_others(all_.at(i).real); });
  }

  [[nodiscard]] const std::optional<broken_law>& broken() const noexcept { return broken_; }
  [[nodiscard]] const statebox_totals& totals() const noexcept { return totals_; }
  [[nodiscard]] std::uint64_t digest() const noexcept { return digest_; }

private:
  template <class Call>
  void guarded(Call call) {
    if (broken_)
      return;
    try {
      call();
    } catch (const std::exception& thrown) {
      break_law("what was done can be replayed", thrown.what());
    }
  }

  void break_law(std::string law, std::string why) {
    if (!broken_)
      broken_ = broken_law{std::move(law), std::move(why)};
  }

  void act(const box_event<Data>& next) {
    const auto other = static_cast<std::size_t>(next.number);
    switch (next.what) {
    case kind::change:
      return change(next);
    case kind::tell:
      ++totals_.merges;
      return all_.tell(next.sibling, other);
    case kind::merge:
      ++totals_.merges;
      return all_.merge(next.sibling, other);
    case kind::expire:
      ++totals_.drops;
      return all_.expire(next.sibling, next.number);
    case kind::truncate:
      ++totals_.drops;
      return all_.truncate(next.sibling, static_cast<std::ptrdiff_t>(next.number));
    }
  }

  void change(const box_event<Data>& next) {
    const auto when = model::stamp_of(next.sibling, next.number);
    if (how_.round > 0 && when.time >= begun_ + how_.round) {
      all_.merge_all();
      begun_ = when.time;
    }
    const bool done = all_.modify(next.sibling, when, next.change_made).accepted();
    ++(done ? totals_.changes : totals_.refused);
    collect(next.change_made);
    if (done && values_.size() < most_values)
      values_.push_back(all_.at(next.sibling).real.value());
  }

  void collect(const what& change) {
    if (const auto* one = change.one()) {
      if (operations_.size() < most_operations &&
          std::find(operations_.begin(), operations_.end(), *one) == operations_.end())
        operations_.push_back(*one);
    } else {
      for (const auto& part : *change.many())
        collect(part);
    }
  }

  void check_box(const box& real, const std::set<stamp>& seen) {
    totals_.marked += real.may_have_lost() ? 1U : 0U;
    if (auto why = all_.wrong(real, seen); !why.empty())
      break_law("a box holds what its events, in order, make of the ancestor", std::move(why));
  }

  void check_others(const box& real) {
    for (std::size_t i = 0; i < how_.also.size() && !broken_; ++i)
      if (auto why = how_.also[i].broken(real); !why.empty())
        break_law(how_.also[i].name, std::move(why));
  }

  void check_rows() {
    using cause = typename replay_failure<Data>::cause;
    if (how_.rows == 0)
      return;
    for (const auto& found : check_operations<Data>(values_, operations_, how_.rows))
      break_law(found.why == cause::not_repeatable     ? "an operation is repeatable"
                : found.why == cause::depends_on_value ? "operations are repeatable in a row"
                                                       : "what is said to be independent is so",
                found.sentence());
  }

  // Three boxes: pairs and the triple in every order and grouping.
  void check_merges() {
    const auto &a = all_.at(0), &b = all_.at(1), &c = all_.at(2);
    totals_.merges += 6;
    if (!(merge(a.real, a.real) == a.real))
      break_law("merge is idempotent", "a box merged with itself is another");
    const box ab = merge(a.real, b.real);
    if (!(ab == merge(b.real, a.real)))
      break_law("merge is commutative", "two boxes merged in the two orders are different");
    auto seen = a.seen;
    seen.insert(b.seen.begin(), b.seen.end());
    check_box(ab, seen);
    if (!ab.may_have_lost() && !(merge(ab, a.real) == ab))
      break_law("merge is idempotent", "a box changes as it is merged again");
    if (all_.knows_all() && seen == a.seen && !a.real.may_have_lost() && !b.real.may_have_lost() &&
        (ab.may_have_lost() || !(ab.value() == a.real.value())))
      break_law("who has seen all loses nothing", "a merge with an older sibling changed the box");
    seen.insert(c.seen.begin(), c.seen.end());
    check_three(a.real, b.real, c.real, ab, seen);
  }

  void check_three(const box& a, const box& b, const box& c, const box& ab,
                   const std::set<stamp>& seen) {
    const box ab_c = merge(ab, c);
    const box a_bc = merge(a, merge(b, c));
    const box* const three[] = {&c, &a, &b};
    const box at_once = model::merged(box::merge(std::span<const box* const>{three}));
    if (!equivalent(ab_c, a_bc) || !equivalent(ab_c, at_once) || !equivalent(a_bc, at_once))
      break_law("merge is associative", "three boxes merged in two groupings are different");
    for (const auto* merged : {&ab_c, &a_bc, &at_once}) {
      check_box(*merged, seen);
      check_others(*merged);
    }
  }

  [[nodiscard]] static box merge(const box& one, const box& other) {
    return model::merged(one.merge(other));
  }

  // As far as boxes promise it, which is nothing of those that may have lost something.
  [[nodiscard]] bool equivalent(const box& left, const box& right) const {
    if (left.may_have_lost() || right.may_have_lost())
      return true;
    return left.value() == right.value() && left.queue() == right.queue() &&
           left.last_modified() == right.last_modified() &&
           (!all_.knows_all() || left.known() == right.known());
  }

  const statebox_laws<Data, Origins>& how_;
  model all_;
  timestamp begun_ = 0;
  std::vector<Data> values_;
  std::vector<operation> operations_;
  std::optional<broken_law> broken_;
  statebox_totals totals_;
  std::uint64_t digest_ = 0;
};

} // namespace libsync::testing::detail
