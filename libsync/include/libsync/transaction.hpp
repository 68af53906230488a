#pragma once

/// How a list of operations is applied wholly or not at all.

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/copy_on_write.hpp"
#include "libsync/effects.hpp"
#include "libsync/outcome.hpp"
#include "libsync/reducer.hpp"

namespace libsync {

namespace detail {

inline outcome refused_in_list(std::size_t index, std::size_t size, const reason& why) {
  return refused("operation " + std::to_string(index + 1) + " of " + std::to_string(size) + ": " +
                 why);
}

// Steps back by the inverses of what was done, newest first.
template <class Data>
void roll_back(Data& data, const std::vector<typename Data::operation>& inverses) {
  for (auto back = inverses.rbegin(); back != inverses.rend(); ++back)
    if (auto result = reducer<Data>::step(data, *back); !result)
      throw std::logic_error("libsync: the reducer refuses an inverse (" + result.reason() + ")");
}

} // namespace detail

/// Applies all `operations` to `data`, or, if one is refused, none, and leaves `asked` as it was.
/// The refusal names the operation by its place. Where the data are `invertible` it works in place
/// and steps back by the inverses (at the cost of one inverse for each operation), else on one copy
/// of the data. Throws std::logic_error if the reducer refuses an inverse, since the data are then
/// neither what they were nor what they should be.
template <class Data>
outcome apply_wholly(copy_on_write<Data>& data,
                     std::span<const typename Data::operation> operations, effects<Data>& asked) {
  const std::size_t effects_before = asked.size();
  const auto refuse = [&](std::size_t index, const outcome& why) {
    asked.truncate(effects_before);
    return detail::refused_in_list(index, operations.size(), why.reason());
  };
  if constexpr (invertible<Data>) {
    Data& present = data.write();
    std::vector<typename Data::operation> inverses;
    for (std::size_t i = 0; i < operations.size(); ++i) {
      auto back = inverse(std::as_const(present), operations[i]);
      if (auto result = reducer<Data>::step(present, operations[i], asked); !result) {
        detail::roll_back(present, inverses);
        return refuse(i, result);
      }
      inverses.push_back(std::move(back));
    }
  } else {
    Data next = data.read();
    for (std::size_t i = 0; i < operations.size(); ++i)
      if (auto result = reducer<Data>::step(next, operations[i], asked); !result)
        return refuse(i, result);
    data.replace(std::move(next));
  }
  return accepted();
}

} // namespace libsync
