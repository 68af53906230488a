#pragma once

/// Checks the laws of a reducer on a list of operations.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libsync/context.hpp"
#include "libsync/detail/copy_on_write.hpp"
#include "libsync/detail/server/apply_wholly.hpp"
#include "libsync/effects.hpp"
#include "libsync/outcome.hpp"
#include "libsync/reducer.hpp"

#include "libsync/testing/detail/broken_law.hpp"
#include "libsync/testing/detail/context_at.hpp"
#include "libsync/testing/detail/same.hpp"
#include "libsync/testing/digest.hpp"
#include "libsync/testing/reducer_laws.hpp"

namespace libsync::testing::detail {

template <class T>
concept has_hash = requires(const T& value) {
  { std::hash<T>{}(value) } -> std::convertible_to<std::size_t>;
};

/// Goes through the operations with two copies of the data. One sees nothing but accepted
/// operations. The other lives on through refusals, inverses and repetitions. Both must stay equal.
template <class Data>
class reducer_check {
  using operation = typename Data::operation;
  static constexpr std::size_t longest_transaction = 3;

public:
  explicit reducer_check(const reducer_laws<Data>& how) : how_(how) {}

  /// Returns the first law that is broken.
  [[nodiscard]] std::optional<broken_law> run(std::span<const operation> all) {
    try {
      plain_ = std::make_unique<Data>(how_.initial);
      lived_ = std::make_unique<Data>(how_.initial);
      check_copies(*plain_);
      for (std::size_t i = 0; i < all.size() && !broken_; ++i) {
        befores_.push_back(*plain_);
        if (befores_.size() > longest_transaction)
          befores_.pop_front();
        how_now_ = context_at<Data>(i, 1 + totals_.accepted);
        check_operation(all[i]);
        for (std::size_t size = 2; size <= befores_.size() && !broken_; ++size)
          check_transaction(befores_[befores_.size() - size], all.subspan(i + 1 - size, size));
      }
    } catch (const std::exception& thrown) {
      break_law("nothing but `reduce` throws", std::string{"thrown was: "} + thrown.what());
    }
    return broken_;
  }

  [[nodiscard]] const reducer_totals& totals() const noexcept { return totals_; }
  [[nodiscard]] std::uint64_t digest() const noexcept { return digest_; }

private:
  struct applied {
    Data data;
    effects<Data> asked;
    outcome how;
  };

  void break_law(std::string law, std::string why) {
    if (!broken_)
      broken_ = broken_law{std::move(law), std::move(why)};
  }

  [[nodiscard]] applied apply(const Data& before, const operation& op) const {
    const auto in = std::make_unique<context<Data>>(how_now_);
    applied made{before, {}, {}};
    made.how = reducer<Data>::step(made.data, op, *in, made.asked);
    return made;
  }

  [[nodiscard]] static std::string told(const outcome& how) {
    return how ? "accepted" : "refused (" + std::string{how.reason().text()} + ')';
  }

  void check_operation(const operation& op) {
    const Data before = *plain_;
    const auto seen_before = fingerprint(before);
    const auto once = apply(before, op);
    count(once.how);
    if (seen_before != fingerprint(before))
      break_law("copies are independent", "an operation on one copy of the data changed another");
    if (!once.how.leaves_data_unknown())
      check_copies(once.data);
    check_again(before, op, once);
    if (!once.how && !once.how.leaves_data_unknown() && !same(once.data, before))
      break_law("a refused operation changes nothing",
                once.how.threw()
                    ? "it threw cleanly, as is declared (" + std::string{once.how.reason().text()} +
                          "), but the data changed"
                    : "it was " + told(once.how) + ", but the data changed");
    if constexpr (invertible<Data>)
      if (once.how && !broken_)
        check_inverse(before, op, once.data);
    if (!broken_)
      live_on(before, op, once);
    if (once.how)
      *plain_ = once.data;
    if (!once.how.leaves_data_unknown())
      for (std::size_t i = 0; i < how_.also.size() && !broken_; ++i)
        if (auto why = how_.also[i].broken(before, op, *plain_); !why.empty())
          break_law(how_.also[i].name, std::move(why));
  }

  void check_again(const Data& before, const operation& op, const applied& once) {
    const std::string law = "the reducer is deterministic";
    const auto other_op = std::make_unique<operation>(op);
    const auto other_data = std::make_unique<Data>(before);
    const auto again = apply(*other_data, *other_op);
    if (once.how.accepted() != again.how.accepted())
      return break_law(law,
                       "it was " + told(once.how) + " once, and " + told(again.how) + " again");
    if (!once.how.leaves_data_unknown() && !same(once.data, again.data))
      break_law(law, "it led to different data the second time");
    if (const auto* which = different(once.asked, again.asked))
      break_law(law, std::string{"it asked for "} + which + " the second time");
  }

  void check_inverse(const Data& before, const operation& op, Data after) {
    ++totals_.undone;
    const std::string law = "`inverse` undoes";
    try {
      const operation back = libsync::detail::call_inverse(before, op, how_now_);
      if (const auto undone = reducer<Data>::step(after, back, how_now_); !undone)
        break_law(law, "the inverse was " + told(undone));
      else if (!same(after, before))
        break_law(law, "the inverse does not lead back to the data before the operation");
    } catch (const std::exception& thrown) {
      break_law(law, std::string{"`inverse` threw: "} + thrown.what());
    }
  }

  // What is not compared by == must not count, however data became what they are.
  void live_on(const Data& before, const operation& op, const applied& once) {
    const std::string law = "equal data give equal results";
    auto tries = std::size_t{1};
    if constexpr (invertible<Data>)
      tries = once.how ? 2 : 1;
    for (; tries > 0; --tries) {
      const auto here = reducer<Data>::step(*lived_, op, how_now_);
      if (here.accepted() != once.how.accepted())
        return break_law(law, "it was " + told(once.how) + ", but " + told(here) + lived_through());
      if (here.leaves_data_unknown())
        *lived_ = before;
      if (!same(*lived_, once.how ? once.data : before))
        return break_law(law, "it led to other data" + lived_through());
      if constexpr (invertible<Data>)
        if (tries == 2)
          static_cast<void>(reducer<Data>::step(
              *lived_, libsync::detail::call_inverse(before, op, how_now_), how_now_));
    }
    check_digests(*lived_, once.how ? once.data : before);
  }

  [[nodiscard]] static std::string lived_through() {
    return std::string{" on equal data on which operations were refused"} +
           (invertible<Data> ? " or undone" : "") + " before";
  }

  void check_copies(const Data& data) {
    const std::string law = "a copy equals its original";
    Data copy = data;
    if (!same(copy, data))
      return break_law(law, "a copy of the data differs from them");
    check_digests(copy, data);
    Data moved = std::move(copy);
    if (!same(moved, data))
      return break_law(law, "the data differ after they were moved");
    copy = std::move(moved);
    if (!same(copy, data))
      break_law(law, "the data differ after they were assigned");
  }

  void check_digests(const Data& one, const Data& other) {
    const std::string law = "equal data have equal digests";
    if constexpr (has_digest<Data>)
      if (digest_of(one) != digest_of(other))
        break_law(law, "the digests of two equal data differ");
    if constexpr (has_hash<Data>)
      if (std::hash<Data>{}(one) != std::hash<Data>{}(other))
        break_law(law, "the hashes of two equal data differ");
  }

  void check_transaction(const Data& before, std::span<const operation> all) {
    ++totals_.transactions;
    applied single{before, {}, {}};
    std::vector<effects<Data>> asked;
    for (std::size_t i = 0; i < all.size() && single.how; ++i) {
      effects<Data> more;
      single.how = reducer<Data>::step(single.data, all[i], how_now_, more);
      asked.push_back(std::move(more));
    }
    if (single.how.leaves_data_unknown())
      return;
    libsync::detail::copy_on_write<Data> held{before};
    effects<Data> together;
    const auto how = libsync::detail::apply_wholly<Data>(held, all, how_now_, together);
    compare_transaction(before, single, how, held.read());
    if (how && !broken_)
      compare_effects(asked, together);
  }

  void compare_transaction(const Data& before, const applied& single, const outcome& how,
                           const Data& after) {
    const std::string equal = "a transaction equals its operations one by one";
    if (how.accepted() != single.how.accepted())
      return break_law(equal, "its operations were " + told(single.how) +
                                  " one by one, but together " + told(how));
    if (how && !same(after, single.data))
      break_law(equal, "it led to other data than its operations one by one");
    if (!how && (how.leaves_data_unknown() || !same(after, before)))
      break_law("a refused transaction changes nothing",
                "it was " + told(how) + ", and the data are not as they were");
  }

  void compare_effects(const std::vector<effects<Data>>& single, const effects<Data>& together) {
    std::size_t count = 0;
    auto next = together.begin();
    bool equal = true;
    for (const auto& asked : single)
      for (const auto& one : asked) {
        if (++count > together.size())
          break;
        equal = equal && same_effects(one, *next);
        ++next;
      }
    if (count != together.size() || !equal)
      break_law("a transaction equals its operations one by one",
                "it asked for other effects than its operations one by one");
  }

  template <class Effect>
  [[nodiscard]] static bool same_effects(const Effect& one, const Effect& other) {
    if constexpr (std::equality_comparable<Effect>)
      return one == other;
    else
      return true;
  }

  [[nodiscard]] static const char* different(const effects<Data>& one, const effects<Data>& other) {
    if (one.size() != other.size())
      return "another number of effects";
    return std::equal(one.begin(), one.end(), other.begin(),
                      [](const auto& a, const auto& b) { return same_effects(a, b); })
               ? nullptr
               : "other effects";
  }

  void count(const outcome& how) {
    ++totals_.operations;
    ++(how ? totals_.accepted : totals_.refused);
    totals_.threw += how.threw() ? 1U : 0U;
    digest_ = mix(digest_, (how ? 1U : 0U) + (how.threw() ? 2U : 0U));
    digest_ = mix(digest_, fingerprint(*plain_).value_or(0));
  }

  const reducer_laws<Data>& how_;
  std::unique_ptr<Data> plain_;
  std::unique_ptr<Data> lived_;
  std::deque<Data> befores_; // the data before the last operations
  context<Data> how_now_;    // of the operation at hand, and of transactions that end with it
  std::optional<broken_law> broken_;
  reducer_totals totals_;
  std::uint64_t digest_ = 0;
};

} // namespace libsync::testing::detail
