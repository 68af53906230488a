#pragma once

/// The laws of merge, as RapidCheck checks them.

#include <cstddef>
#include <set>
#include <span>
#include <vector>

#include <rapidcheck.h>

#include "support/script.hpp"
#include "support/siblings.hpp"

template <class Data, std::size_t Origins>
void take_step(siblings<Data, Origins>& all, script& choose, bool drops, const auto& any_change) {
  const auto i = static_cast<std::size_t>(choose.below(static_cast<int>(all.size())));
  switch (choose.below(drops ? 8 : 6)) {
  default:
    all.modify(i, choose.below(3), any_change(choose));
    break;
  case 4:
    all.tell(i, static_cast<std::size_t>(choose.below(static_cast<int>(all.size()))));
    break;
  case 5:
    all.merge(i, static_cast<std::size_t>(choose.below(static_cast<int>(all.size()))));
    break;
  case 6:
    all.expire(i, choose.below(6));
    break;
  case 7:
    all.truncate(i, choose.below(4));
    break;
  }
  RC_ASSERT(all.wrong(i) == "");
}

/// Three boxes: pairs and the triple in every order and grouping.
template <class Data, std::size_t Origins>
void check_merges(const siblings<Data, Origins>& all) {
  using box = typename siblings<Data, Origins>::box;
  const auto &a = all.at(0), &b = all.at(1), &c = all.at(2);
  const bool exact = all.knows_all();
  const auto same = [&](const box& left, const box& right) {
    if (left.may_have_lost() || right.may_have_lost())
      return;
    RC_ASSERT(left.value() == right.value());
    RC_ASSERT(left.queue() == right.queue());
    RC_ASSERT(left.last_modified() == right.last_modified());
    if (exact)
      RC_ASSERT(left.known() == right.known());
  };
  RC_ASSERT(*a.real.merge(a.real) == a.real);

  const box ab = *a.real.merge(b.real);
  const box ba = *b.real.merge(a.real);
  RC_ASSERT(ab == ba);
  std::set<libsync::stamp> seen = a.seen;
  seen.insert(b.seen.begin(), b.seen.end());
  RC_ASSERT(all.wrong(ab, seen) == "");
  RC_ASSERT(*ab.merge(a.real) == ab || ab.may_have_lost());
  if (exact && seen == a.seen && !a.real.may_have_lost() && !b.real.may_have_lost()) {
    RC_ASSERT(!ab.may_have_lost()); // who has seen all loses nothing
    RC_ASSERT(ab.value() == a.real.value());
  }

  const box ab_c = *ab.merge(c.real);
  const box a_bc = *a.real.merge(*b.real.merge(c.real));
  const box* const three[] = {&c.real, &a.real, &b.real};
  const box at_once = *box::merge(std::span<const box* const>{three});
  seen.insert(c.seen.begin(), c.seen.end());
  for (const auto* merged : {&ab_c, &a_bc, &at_once})
    RC_ASSERT(all.wrong(*merged, seen) == "");
  same(ab_c, a_bc);
  same(ab_c, at_once);
  same(a_bc, at_once);
}

template <class Data, std::size_t Origins = 1024>
auto merge_laws(const Data& ancestor, bool drops, auto any_change) {
  return [=] {
    auto choose = script::any(1);
    siblings<Data, Origins> all{ancestor, 3 + choose.below(3)};
    while (!choose.ended())
      take_step(all, choose, drops, any_change);
    check_merges(all);
  };
}
