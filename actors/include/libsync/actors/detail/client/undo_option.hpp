#pragma once

/// The option `undo` of a client.

#include <concepts>
#include <memory>

#include "libsync/shared_view.hpp"
#include "libsync/undo_limits.hpp"

namespace libsync::detail {

template <class Data>
class client_undo;

template <class Data>
class typed_client_undo;

/// Clients that are not optimistic cannot undo, and the option takes no memory.
template <class Data, replica_mode Mode>
class undo_option {
public:
  undo_option() = default;
  undo_option(const undo_limits&) {
    static_assert(std::same_as<Mode, optimistic>,
                  "libsync: only optimistic clients undo: make this one with the mode "
                  "libsync::optimistic, and, if it is to be a shared view, another one beside it");
  }
  explicit operator bool() const noexcept { return false; }
};

/// Undo takes memory, and is compiled, only where it is wanted.
template <class Data>
class undo_option<Data, optimistic> {
  using client = replica<Data, optimistic>;

public:
  undo_option() = default;
  /// Throws std::invalid_argument if the limit of steps is 0.
  undo_option(const undo_limits& bounds) : bounds_(bounds), make_(make_typed) {
    static_assert(
        requires { sizeof(undo_stack<Data>); },
        "libsync: include libsync/undo.hpp for clients that undo");
    undo_stack<Data>::check(bounds);
  }
  explicit operator bool() const noexcept { return make_ != nullptr; }

  /// Makes the undo of a client; null if none is wanted.
  [[nodiscard]] std::unique_ptr<client_undo<Data>> make(client& of) const {
    return make_ != nullptr ? make_(of, bounds_) : nullptr;
  }

private:
  static std::unique_ptr<client_undo<Data>> make_typed(client& of, const undo_limits& bounds) {
    return std::make_unique<typed_client_undo<Data>>(of, bounds);
  }

  undo_limits bounds_;
  std::unique_ptr<client_undo<Data>> (*make_)(client&, const undo_limits&) = nullptr;
};

} // namespace libsync::detail
