#pragma once

/// Reducers: the forms of `reduce`, and one adapter for all of them.
///
/// `Data` is any copyable type with a nested type `operation`. Its `reduce` is found by
/// argument-dependent lookup, and has one of two forms:
///
///     outcome reduce(Data&, const operation&);              // in place; or bool, or void
///     std::optional<Data> reduce(const Data&, const operation&);   // pure; or Data
///
/// Either form may take a third parameter, `effects<Data>&`. If `operation` is a `std::variant`,
/// there may be one `reduce` for each alternative instead. A reducer must be deterministic, and
/// read nothing but its arguments. A reducer that refuses must leave the data as they were. A pure
/// reducer that throws leaves them so. A reducer that changes the data in place may have changed
/// half of them when it throws. If it never has, the data (or the operation) say so by
///
///     static constexpr bool throws_cleanly = true;

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>

#include "libsync/detail/thrown.hpp"
#include "libsync/effects.hpp"
#include "libsync/outcome.hpp"

namespace libsync {

/// Data that name the type of their operations.
template <class Data>
concept has_operation = requires {
  typename Data::operation;
};

/// A `reduce` for `Op` is found, with or without effects.
template <class Data, class Op>
concept has_reduce_for = requires(Data& data, const Op& op) {
  reduce(data, op);
}
|| requires(Data& data, const Op& op, effects<Data>& asked) {
  reduce(data, op, asked);
};

namespace detail {

template <class Data, class Op>
decltype(auto) call_reduce(Data& data, const Op& op, effects<std::remove_const_t<Data>>& asked) {
  if constexpr (requires { reduce(data, op, asked); })
    return reduce(data, op, asked);
  else
    return reduce(data, op);
}

template <class Data, class Op>
using reduced = decltype(call_reduce(std::declval<Data&>(), std::declval<const Op&>(),
                                     std::declval<effects<Data>&>()));

template <class Op>
inline constexpr bool is_variant = false;

template <class... Alternatives>
inline constexpr bool is_variant<std::variant<Alternatives...>> = true;

} // namespace detail

/// `reduce` changes the data in place: it returns void, bool or outcome and cannot be called with
/// constant data.
template <class Data, class Op>
concept reduces_in_place = has_reduce_for<Data, Op> &&
    (std::same_as<detail::reduced<Data, Op>, void> ||
     std::same_as<detail::reduced<Data, Op>, bool> ||
     std::same_as<detail::reduced<Data, Op>, outcome>)&&!requires(const Data& data, const Op& op) {
  reduce(data, op);
}
&&!requires(const Data& data, const Op& op, effects<Data>& asked) {
  reduce(data, op, asked);
};

/// `reduce` makes new data: it returns Data or std::optional<Data>.
template <class Data, class Op>
concept reduces_purely = has_reduce_for<Data, Op> &&
    (std::same_as<detail::reduced<Data, Op>, Data> ||
     std::same_as<detail::reduced<Data, Op>, std::optional<Data>>);

/// `reduce` has a form that the library knows.
template <class Data, class Op>
concept reduces = reduces_in_place<Data, Op> || reduces_purely<Data, Op>;

/// An operation that undoes `op` can be made from the data before it.
template <class Data>
concept invertible = has_operation<Data> &&
    requires(const Data& before, const typename Data::operation& op) {
  { inverse(before, op) } -> std::convertible_to<typename Data::operation>;
};

/// Data, or operations, that declare that the data are as they were if `reduce` throws.
template <class T>
concept throws_cleanly = requires {
  requires static_cast<bool>(T::throws_cleanly);
};

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
  static outcome step(Data& data, const operation& op, effects<Data>& asked) noexcept {
    const std::size_t before = asked.size();
    outcome why;
    if (apply_in_place(data, {&op, 1}, asked, why) == 0)
      asked.truncate(before);
    return why;
  }

  /// The same without effects, for replicas, replay and history.
  static outcome step(Data& data, const operation& op) noexcept {
    effects<Data> dropped;
    return step(data, op, dropped);
  }

  /// Applies `operations` in order up to the first that is refused. Returns how many were applied,
  /// and sets `why` if one was refused. Throws nothing.
  [[gnu::always_inline]] static std::size_t apply(Data& data, std::span<const operation> operations,
                                                  outcome& why) noexcept {
    if (operations.size() != 1)
      return apply_many(data, operations, why);
    effects<Data> dropped; // one alone, where the calls would take longer than it does
    return apply_in_place(data, operations.first(1), dropped, why);
  }

private:
  // Small data are moved into a local meanwhile, which lets the compiler keep them in registers
  // (measured 20 to 30 % faster with 100 copies and more). Nothing is thrown, so they always come
  // back.
  static std::size_t apply_many(Data& data, std::span<const operation> operations,
                                outcome& why) noexcept {
    effects<Data> dropped;
    if constexpr (sizeof(Data) <= 256 && std::is_nothrow_move_constructible_v<Data> &&
                  std::is_nothrow_move_assignable_v<Data>) {
      Data local = std::move(data);
      const auto applied = apply_in_place(local, operations, dropped, why);
      data = std::move(local);
      return applied;
    } else {
      return apply_in_place(data, operations, dropped, why);
    }
  }

  // One handler for the whole loop, so that the compiler sees nothing but the reducer in it; and
  // inlined, since in a function of its own it would keep local data in memory. Eight operations at
  // a time, since a processor then learns the branches of a batch sooner: it tells the eight places
  // apart. One at a time took up to a fifth longer, depending on where the loop lay in memory.
  [[gnu::always_inline]] static std::size_t apply_in_place(Data& data,
                                                           std::span<const operation> operations,
                                                           effects<Data>& asked,
                                                           outcome& why) noexcept {
    const operation* next = operations.data();
    const operation* const end = next + operations.size();
    try {
      bool accepted = true;
      const auto try_next = [&]() __attribute__((always_inline)) {
        if (auto result = dispatch(data, *next, asked); !result) [[unlikely]] {
          why = std::move(result);
          return accepted = false;
        }
        ++next;
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
  static outcome dispatch(Data& data, const Op& op, effects<Data>& asked) {
    if constexpr (has_reduce_for<Data, Op>)
      return call(data, op, asked);
    else if constexpr (detail::is_variant<Op>)
      return choose<0>(data, op, asked);
    else
      static_assert(has_reduce_for<Data, Op>,
                    "libsync: no reduce(Data&, const operation&) is found for this operation; "
                    "declare it in the namespace of the data type");
  }

  // A chain of tests, not std::visit: the jump table that std::visit becomes is mispredicted on
  // mixed operations and measured 3.5 times slower in the loop over a batch.
  template <std::size_t I, class Op>
  static outcome choose(Data& data, const Op& op, effects<Data>& asked) {
    if constexpr (I == std::variant_size_v<Op>) {
      return refused("the operation has no value");
    } else {
      if (const auto* alternative = std::get_if<I>(&op))
        return dispatch(data, *alternative, asked);
      return choose<I + 1>(data, op, asked);
    }
  }

  template <class Op>
  static outcome call(Data& data, const Op& op, effects<Data>& asked) {
    using result = detail::reduced<Data, Op>;
    static_assert(reduces<Data, Op> || !std::same_as<result, void>,
                  "libsync: this reduce cannot change the data: take them as Data&, or return the "
                  "new Data");
    static_assert(reduces<Data, Op> || std::same_as<result, void>,
                  "libsync: reduce must return void, bool or outcome when it changes Data& in "
                  "place, or Data or std::optional<Data> when it takes const Data&");
    if constexpr (reduces_in_place<Data, Op>)
      return call_in_place<result>(data, op, asked);
    else if constexpr (reduces_purely<Data, Op>)
      return keep(data, detail::call_reduce(std::as_const(data), op, asked));
  }

  template <class Result, class Op>
  static outcome call_in_place(Data& data, const Op& op, effects<Data>& asked) {
    if constexpr (std::same_as<Result, void>) {
      detail::call_reduce(data, op, asked);
      return accepted();
    } else if constexpr (std::same_as<Result, bool>) {
      return detail::call_reduce(data, op, asked) ? accepted() : refused({});
    } else {
      return detail::call_reduce(data, op, asked);
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
