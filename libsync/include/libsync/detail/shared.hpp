#pragma once

/// Makes shared values at little cost to the compiler.

#include <memory>
#include <type_traits>
#include <utility>

#include "libsync/detail/shared.hpp"

namespace libsync::detail {

/// Shares what `destroy` destroys.
inline std::shared_ptr<void> owned(void* what, void (*destroy)(void*)) {
  return {what, destroy};
}

/// Does what std::make_shared does. That compiles some sixty functions for each type, which was a
/// fifth of the time that a small program took to compile; this compiles four, and allocates twice.
template <class T, class... Args>
[[nodiscard]] std::shared_ptr<T> shared(Args&&... args) {
  using value = std::remove_const_t<T>;
  auto* made = new value(std::forward<Args>(args)...);
  return {owned(made, [](void* what) { delete static_cast<value*>(what); }), made};
}

} // namespace libsync::detail
