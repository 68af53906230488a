#pragma once

/// The ways in which a copy is read and changed.

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <type_traits>

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
                         outcome& why) const noexcept {
    return reducer<Data>::apply(data, operations, why);
  }
};

/// What reading by a function returns: what that returns, or nothing; a bool if it returns void.
template <class Function, class Data>
struct read_answer {
  using result = std::remove_cvref_t<
      typename std::conditional_t<std::invocable<Function&, const Data&, libsync::version>,
                                  std::invoke_result<Function&, const Data&, libsync::version>,
                                  std::invoke_result<Function&, const Data&>>::type>;
  using type =
      std::conditional_t<std::is_void_v<result>, bool,
                         std::optional<std::conditional_t<std::is_void_v<result>, bool, result>>>;
};

} // namespace libsync::detail
