#pragma once

/// The part of an embedded client that undoes.

#include <concepts>
#include <cstddef>
#include <utility>

#include "libsync/actors/undo_request.hpp"

#include "libsync/receipt.hpp"
#include "libsync/shared_view.hpp"

namespace libsync {

/// A base of `embedded_client`. The client must be optimistic, and made with the option `undo`;
/// `session_undo` says more.
template <class Client, class Data, replica_mode Mode>
class embedded_undo {
public:
  /// Undoes the newest step, or does again what was undone last. `on_receipt` is called once, in
  /// any case.
  void undo(receipt_handler on_receipt = {}) { ask(undo_request::undo, std::move(on_receipt)); }
  void redo(receipt_handler on_receipt = {}) { ask(undo_request::redo, std::move(on_receipt)); }

  /// All that it submits in between is one step.
  void begin_step() { ask(undo_request::begin_step, {}); }
  void end_step() { ask(undo_request::end_step, {}); }

  /// How many steps can be undone, and how many can be done again.
  [[nodiscard]] std::size_t can_undo() const noexcept {
    auto& steps = core()->steps();
    return steps.is_on() ? steps->can_undo() : 0;
  }
  [[nodiscard]] std::size_t can_redo() const noexcept {
    auto& steps = core()->steps();
    return steps.is_on() ? steps->can_redo() : 0;
  }

private:
  [[nodiscard]] auto core() const noexcept {
    static_assert(std::same_as<Mode, optimistic>,
                  "libsync: only optimistic clients undo: make this one with the mode "
                  "libsync::optimistic, and the option `undo`");
    return static_cast<const Client&>(*this).alive();
  }

  // The client may be destroyed from within.
  void ask(undo_request what, receipt_handler on_receipt) {
    const auto alive = core();
    alive->ask_for(what, std::move(on_receipt));
  }
};

} // namespace libsync
