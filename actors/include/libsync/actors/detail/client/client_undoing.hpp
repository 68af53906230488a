#pragma once

/// How a client undoes.

#include <concepts>
#include <utility>

#include "libsync/actors/detail/client/client_core.hpp"
#include "libsync/actors/detail/waiting.hpp"
#include "libsync/actors/undo_request.hpp"

#include "libsync/reason.hpp"
#include "libsync/receipt.hpp"
#include "libsync/submission.hpp"

namespace libsync::detail {

template <class Data, replica_mode Mode>
void client_core<Data, Mode>::ask_for(undo_request what, receipt_handler on_receipt) {
  const auto alive = this->weak_from_this().lock(); // it may call out
  want(what, std::move(on_receipt));
  pump();
}

template <class Data, replica_mode Mode>
void client_core<Data, Mode>::want(undo_request what, receipt_handler on_receipt) {
  own();
  auto answer = receipt::refused("the client was made without undo: set its option `undo`"_reason);
  if constexpr (std::same_as<Mode, optimistic>) {
    if (steps_.is_on()) {
      if (what == undo_request::begin_step)
        steps_->begin_step();
      if (what == undo_request::end_step)
        steps_->end_step();
      answer = receipt::accepted(replica_.version());
    }
    if (steps_.is_on() && (what == undo_request::undo || what == undo_request::redo)) {
      steps_.waiting.make_room(1);
      answer = receipt::refused(replica_.closed() ? replica_.reason()
                                                  : steps_->ask_for(what == undo_request::redo));
      if (answer.reason.empty()) {
        steps_.waiting.push(std::move(on_receipt));
        return run([this](sink&) { carry_out_undo(); });
      }
    }
  }
  const no_waiting here{"a receipt's handler"};
  if (on_receipt)
    calls_([&] { on_receipt(answer); });
}

// Submits what was asked for and waited.
template <class Data, replica_mode Mode>
void client_core<Data, Mode>::go_on_undoing([[maybe_unused]] sink& out) {
  if constexpr (std::same_as<Mode, optimistic>)
    if (!steps_.waiting.empty()) {
      carry_out_undo();
      replica_.pump(out);
    }
}

// What it throws has changed nothing: the next one still waits.
template <class Data, replica_mode Mode>
void client_core<Data, Mode>::carry_out_undo() {
  if constexpr (std::same_as<Mode, optimistic>)
    while (!steps_.waiting.empty() && steps_->can_go_on(replica_)) {
      auto failed = carry_out_next();
      if (auto& [on_receipt, why] = failed; on_receipt) {
        const no_waiting here{"a receipt's handler"};
        calls_([&, &call = on_receipt, &what = why] { call(what); });
      }
    }
}

// Returns who is to be told that it will not be carried out; nobody if it was.
template <class Data, replica_mode Mode>
std::pair<receipt_handler, receipt> client_core<Data, Mode>::carry_out_next() {
  if constexpr (std::same_as<Mode, optimistic>) {
    receipt_handlers::entering handlers{receipts_};
    handlers.add(replica_.next(), {});
    const auto done =
        steps_->carry_out([this](submission<Data> one) { return replica_.push(std::move(one)); });
    auto on_receipt = steps_.waiting.pop();
    if (!done)
      return {std::move(on_receipt), done.failure()};
    if (on_receipt) {
      handlers.last(1)->second = std::move(on_receipt);
      handlers.keep();
    }
  }
  return {};
}

// What waits will never be carried out.
template <class Data, replica_mode Mode>
void client_core<Data, Mode>::end_undo() noexcept {
  if constexpr (std::same_as<Mode, optimistic>)
    if (steps_.is_on()) {
      steps_->drop_waiting();
      const no_waiting here{"a receipt's handler"};
      while (!steps_.waiting.empty())
        if (const auto on_receipt = steps_.waiting.pop(); on_receipt)
          calls_([&] { on_receipt(receipt::refused(replica_.reason())); });
    }
}

} // namespace libsync::detail
