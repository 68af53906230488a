#pragma once

/// The ways in which a copy is read and changed.

#include <concepts>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include "libsync/context.hpp"
#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/reducer.hpp"

namespace libsync::detail {

/// Who reads a copy.
enum class readers {
  /// The thread that changes it alone: nothing is locked, and no member is for another thread.
  none,
  /// Any thread.
  any,
};

/// Applies operations as a copy usually does: see `shared_copy::apply`.
template <class Data>
struct plainly {
  std::size_t operator()(Data& data, std::span<const typename Data::operation> operations,
                         const context_run<Data>& from, outcome& why) const noexcept {
    return reducer<Data>::apply(data, operations, from, why);
  }
};

/// Calls a function that reads: with the data and their version where it takes both, else with the
/// data.
template <class Function, class Data>
decltype(auto) call_reader(Function& f, const Data& data,
                           [[maybe_unused]] libsync::version version) {
  if constexpr (std::invocable<Function&, const Data&, libsync::version>)
    return std::invoke(f, data, version);
  else
    return std::invoke(f, data);
}

/// What reading by a function returns: what that returns, or nothing; a bool if it returns void.
template <class Function, class Data>
struct read_answer {
  using result = std::remove_cvref_t<decltype(call_reader(std::declval<Function&>(),
                                                          std::declval<const Data&>(), version{}))>;
  using type =
      std::conditional_t<std::is_void_v<result>, bool,
                         std::optional<std::conditional_t<std::is_void_v<result>, bool, result>>>;
};

} // namespace libsync::detail
