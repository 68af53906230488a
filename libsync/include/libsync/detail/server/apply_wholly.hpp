#pragma once

/// Applies a list of operations wholly or not at all.

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libsync/context.hpp"
#include "libsync/detail/copy_on_write.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/effects.hpp"
#include "libsync/outcome.hpp"
#include "libsync/reducer.hpp"

namespace libsync::detail {

// The same outcome, said of one operation in a list.
inline outcome in_list(std::size_t index, std::size_t size, const outcome& why) noexcept {
  auto text = try_to_say(
      [&] {
        return reason{"operation " + std::to_string(index + 1) + " of " + std::to_string(size) +
                      ": " + why.reason()};
      },
      why.reason());
  return why.threw() ? outcome::threw(std::move(text), !why.leaves_data_unknown())
                     : outcome::refused(std::move(text));
}

// Steps back by the inverses of what was done, newest first. Returns `why` that is done; or, where
// the reducer refuses an inverse, that the data are not known.
template <class Data>
outcome roll_back(Data& data, const std::vector<typename Data::operation>& inverses,
                  const context<Data>& how, outcome why) noexcept {
  for (std::size_t i = inverses.size(); i != 0; --i)
    if (const auto result = reducer<Data>::step(data, inverses[i - 1], how); !result)
      return outcome::threw(try_to_say(
                                [&] {
                                  return reason{
                                      why.reason() +
                                      ("; and the reducer refuses the inverse of operation " +
                                       std::to_string(i) + ": ") +
                                      result.reason()};
                                },
                                "the reducer refuses an inverse"_reason),
                            false);
  return why;
}

template <class Data>
outcome apply_in_place(Data& data, std::span<const typename Data::operation> operations,
                       const context<Data>& how, effects<Data>& asked) {
  const auto size = operations.size();
  std::vector<typename Data::operation> inverses;
  inverses.reserve(size - 1);
  for (std::size_t i = 0; i != size; ++i) {
    if (i + 1 != size) // nothing comes after the last one, so it is never stepped back from
      try {
        inverses.push_back(call_inverse(data, operations[i], how));
      } catch (...) {
        const auto thrown = what_was_thrown();
        const auto text =
            try_to_say([&] { return reason{std::string{"inverse "} + thrown}; }, thrown);
        return roll_back(data, inverses, how, in_list(i, size, outcome::threw(text, true)));
      }
    if (const auto why = reducer<Data>::step(data, operations[i], how, asked); !why) {
      if (i + 1 != size)
        inverses.pop_back();
      return why.leaves_data_unknown() ? in_list(i, size, why)
                                       : roll_back(data, inverses, how, in_list(i, size, why));
    }
  }
  return accepted();
}

template <class Data, class Step>
outcome apply_to_copy(copy_on_write<Data>& data,
                      std::span<const typename Data::operation> operations,
                      const context<Data>& how, effects<Data>& asked, Step step) {
  Data next = data.read();
  for (std::size_t i = 0; i != operations.size(); ++i)
    if (const auto why = step(next, operations[i], how, asked); !why) {
      const auto told = in_list(i, operations.size(), why);
      return why.threw() ? outcome::threw(told.reason(), true) : told;
    }
  data.replace(std::move(next));
  return accepted();
}

template <class Data>
outcome single_step(Data& data, const typename Data::operation& op, const context<Data>& how,
                    effects<Data>& asked) {
  return reducer<Data>::step(data, op, how, asked);
}

// What `call` throws, it throws before anything has changed.
template <class Data, class Call>
outcome all_or_nothing(effects<Data>& asked, Call call) noexcept {
  const std::size_t before = asked.size();
  outcome result;
  try {
    result = call();
  } catch (...) {
    result = outcome::threw(what_was_thrown(), true);
  }
  if (!result)
    asked.truncate(before);
  return result;
}

/// Applies all `operations` to `data` in one context, or, if one is refused, none, and leaves
/// `asked` as it was. The refusal names the operation by its place. Where the data are `invertible`
/// it works in place and steps back by the inverses (at the cost of one inverse for each operation
/// but the last), else on one copy of the data. `inverse` may be asked of an operation that
/// `reduce` would refuse.
///
/// Throws nothing. What is thrown meanwhile (by `inverse`, `reduce`, or in copying) is a refusal,
/// for the data are as they were; unless, in place, an operation has not thrown cleanly, or one
/// cannot be stepped back from: then the outcome says that the data are unknown.
template <class Data>
outcome apply_wholly(copy_on_write<Data>& data,
                     std::span<const typename Data::operation> operations, const context<Data>& how,
                     effects<Data>& asked) noexcept {
  return all_or_nothing(asked, [&] {
    if constexpr (invertible<Data>)
      return operations.empty() ? accepted() : apply_in_place(data.write(), operations, how, asked);
    else
      return apply_to_copy(data, operations, how, asked, &single_step<Data>);
  });
}

/// The same on a copy of the data, whether or not they are `invertible`: `step` applies each
/// operation as `reducer<Data>::step` does. Nothing that is thrown can harm the data.
template <class Data, class Step>
outcome apply_wholly_to_copy(copy_on_write<Data>& data,
                             std::span<const typename Data::operation> operations,
                             const context<Data>& how, effects<Data>& asked, Step step) noexcept {
  return all_or_nothing(asked, [&] { return apply_to_copy(data, operations, how, asked, step); });
}

} // namespace libsync::detail
