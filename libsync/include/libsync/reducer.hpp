#pragma once

/// Reducers: the forms of `reduce`, and one adapter for all of them.
///
/// `Data` is any copyable type with a nested type `operation`. Its `reduce` is found by
/// argument-dependent lookup, and has one of two forms:
///
///     outcome reduce(Data&, const operation&);              // in place; or bool, or void
///     std::optional<Data> reduce(const Data&, const operation&);   // pure; or Data
///
/// Either form may take further parameters: `const context<Data>&`, which says who submits the
/// operation and when, or `effects<Data>&`, or both in this order. If `operation` is a
/// `std::variant`, there may be one `reduce` for each alternative instead. A reducer must be
/// deterministic, and read nothing but its arguments. A reducer that refuses must leave the data as
/// they were. A pure reducer that throws leaves them so. A reducer that changes the data in place
/// may have changed half of them when it throws. If it never has, the data (or the operation) say
/// so by
///
///     static constexpr bool throws_cleanly = true;

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>

#include "libsync/context.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/effects.hpp"
#include "libsync/outcome.hpp"
#include "libsync/reducer_forms.hpp"

namespace libsync {

/// Applies one operation, whatever form its `reduce` has.
template <class Data>
class reducer {
  static_assert(has_operation<Data>, "libsync: the data type needs a nested type `operation`");
  static_assert(std::copyable<Data>, "libsync: the data type must be copyable");

public:
  using operation = typename Data::operation;

  /// Applies `op` to `data`, or refuses it and leaves `data` and `asked` as they were. Throws
  /// nothing. A reducer that throws counts as a refusal ("threw: ..."). The outcome then says
  /// whether the data are as they were.
  static outcome step(Data& data, const operation& op, const context<Data>& how,
                      effects<Data>& asked) noexcept {
    const std::size_t before = asked.size();
    outcome why;
    if (apply_in_place(data, {&op, 1}, how, true, asked, why) == 0)
      asked.truncate(before);
    return why;
  }

  /// The same without effects, for replicas, replay and history.
  static outcome step(Data& data, const operation& op, const context<Data>& how) noexcept {
    effects<Data> dropped;
    return step(data, op, how, dropped);
  }

  /// The same for data whose reducer takes no context.
  static outcome step(Data& data, const operation& op, effects<Data>& asked) noexcept {
    check_without_context();
    return step(data, op, {}, asked);
  }
  static outcome step(Data& data, const operation& op) noexcept {
    check_without_context();
    return step(data, op, context<Data>{});
  }

  /// Applies `operations` in order up to the first that is refused. Returns how many were applied,
  /// and sets `why` if one was refused. Throws nothing.
  [[gnu::always_inline]] static std::size_t apply(Data& data, std::span<const operation> operations,
                                                  const context_run<Data>& from,
                                                  outcome& why) noexcept {
    if (operations.size() != 1)
      return apply_many(data, operations, from, why);
    effects<Data> dropped; // one alone, where the calls would take longer than it does
    return apply_in_place(data, operations.first(1), from.first, true, dropped, why);
  }

private:
  static void check_without_context() {
    static_assert(!takes_context<Data>,
                  "libsync: the reducer of these data takes a context, and here is none: nobody "
                  "says who submits the operation, and when");
  }

  // Small data are moved into a local meanwhile, which lets the compiler keep them in registers
  // (measured 20 to 30 % faster with 100 copies and more). Nothing is thrown, so they always come
  // back.
  static std::size_t apply_many(Data& data, std::span<const operation> operations,
                                const context_run<Data>& from, outcome& why) noexcept {
    effects<Data> dropped;
    if constexpr (sizeof(Data) <= 256 && std::is_nothrow_move_constructible_v<Data> &&
                  std::is_nothrow_move_assignable_v<Data>) {
      Data local = std::move(data);
      const auto applied =
          apply_in_place(local, operations, from.first, from.together, dropped, why);
      data = std::move(local);
      return applied;
    } else {
      return apply_in_place(data, operations, from.first, from.together, dropped, why);
    }
  }

  // One handler for the whole loop, so that the compiler sees nothing but the reducer in it; and
  // inlined, since in a function of its own it would keep local data in memory. Eight operations at
  // a time, since a processor then learns the branches of a batch sooner: it tells the eight places
  // apart. One at a time took up to a fifth longer, depending on where the loop lay in memory.
  [[gnu::always_inline]] static std::size_t
  apply_in_place(Data& data, std::span<const operation> operations, const context<Data>& first,
                 [[maybe_unused]] bool together, effects<Data>& asked, outcome& why) noexcept {
    const operation* next = operations.data();
    const operation* const end = next + operations.size();
    try {
      auto&& how = context_to_step_on(first);
      bool accepted = true;
      const auto try_next = [&]() __attribute__((always_inline)) {
        if (auto result = dispatch(data, *next, how, asked); !result) [[unlikely]] {
          why = std::move(result);
          return accepted = false;
        }
        ++next;
        if constexpr (takes_context<Data>)
          how.version += together ? 0 : 1;
        return true;
      };
      while (end - next >= 8 && accepted)
#pragma GCC unroll 8
        for (int i = 0; i < 8; ++i)
          if (!try_next()) [[unlikely]]
            break;
      while (accepted && next != end)
        try_next();
    } catch (...) {
      why = outcome::threw(detail::what_was_thrown(), stays_whole(*next));
    }
    return static_cast<std::size_t>(next - operations.data());
  }

  // A context that goes from one version to the next; the one that is there, if nobody takes it.
  static decltype(auto) context_to_step_on(const context<Data>& first) {
    if constexpr (takes_context<Data>)
      return context<Data>{first};
    else
      return (first);
  }

  // Whether the data are as they were when the reducer of `op` has thrown.
  template <class Op>
  static bool stays_whole(const Op& op) noexcept {
    if constexpr (throws_cleanly<Data> || throws_cleanly<Op>)
      return true;
    else if constexpr (has_reduce_for<Data, Op>)
      return reduces_purely<Data, Op> && std::is_nothrow_move_assignable_v<Data>;
    else
      return alternative_stays_whole<0>(op);
  }

  template <std::size_t I, class Op>
  static bool alternative_stays_whole(const Op& op) noexcept {
    if constexpr (I == std::variant_size_v<Op>) {
      return true; // it has no value, so nothing was called
    } else {
      if (const auto* alternative = std::get_if<I>(&op))
        return stays_whole(*alternative);
      return alternative_stays_whole<I + 1>(op);
    }
  }

  template <class Op>
  static outcome dispatch(Data& data, const Op& op, const context<Data>& how,
                          effects<Data>& asked) {
    if constexpr (has_reduce_for<Data, Op>)
      return call(data, op, how, asked);
    else if constexpr (detail::is_variant<Op>)
      return choose<0>(data, op, how, asked);
    else
      static_assert(has_reduce_for<Data, Op>,
                    "libsync: no reduce(Data&, const operation&) is found for this operation; "
                    "declare it in the namespace of the data type");
  }

  // A chain of tests, not std::visit: the jump table that std::visit becomes is mispredicted on
  // mixed operations and measured 3.5 times slower in the loop over a batch.
  template <std::size_t I, class Op>
  static outcome choose(Data& data, const Op& op, const context<Data>& how, effects<Data>& asked) {
    if constexpr (I == std::variant_size_v<Op>) {
      return refused("the operation has no value");
    } else {
      if (const auto* alternative = std::get_if<I>(&op))
        return dispatch(data, *alternative, how, asked);
      return choose<I + 1>(data, op, how, asked);
    }
  }

  template <class Op>
  static outcome call(Data& data, const Op& op, const context<Data>& how, effects<Data>& asked) {
    using result = detail::reduced<Data, Op>;
    static_assert(reduces<Data, Op> || !std::same_as<result, void>,
                  "libsync: this reduce cannot change the data: take them as Data&, or return the "
                  "new Data");
    static_assert(reduces<Data, Op> || std::same_as<result, void>,
                  "libsync: reduce must return void, bool or outcome when it changes Data& in "
                  "place, or Data or std::optional<Data> when it takes const Data&");
    if constexpr (reduces_in_place<Data, Op>)
      return call_in_place<result>(data, op, how, asked);
    else if constexpr (reduces_purely<Data, Op>)
      return keep(data, detail::call_reduce(std::as_const(data), op, how, asked));
  }

  template <class Result, class Op>
  static outcome call_in_place(Data& data, const Op& op, const context<Data>& how,
                               effects<Data>& asked) {
    if constexpr (std::same_as<Result, void>) {
      detail::call_reduce(data, op, how, asked);
      return accepted();
    } else if constexpr (std::same_as<Result, bool>) {
      return detail::call_reduce(data, op, how, asked) ? accepted() : refused({});
    } else {
      return detail::call_reduce(data, op, how, asked);
    }
  }

  static outcome keep(Data& data, Data next) {
    data = std::move(next);
    return accepted();
  }

  static outcome keep(Data& data, std::optional<Data> next) {
    return next ? keep(data, std::move(*next)) : refused({});
  }
};

} // namespace libsync
