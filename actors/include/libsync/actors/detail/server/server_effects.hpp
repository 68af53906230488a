#pragma once

/// Runs the effects of a server, and hears what became of them.

#include <memory>
#include <optional>
#include <utility>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/server/effect_desk.hpp"
#include "libsync/actors/effect_token.hpp"
#include "libsync/actors/server_options.hpp"

#include "libsync/detail/callback_guard.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/effects.hpp"
#include "libsync/reason.hpp"

namespace libsync::detail {

/// Calls the functions of the options that have to do with effects, which outlive it.
template <class Data>
class server_effects {
public:
  server_effects(const server_options<Data>& how, callback_guard& calls)
      : options_(how), calls_(calls), desk_(how.on_effect ? shared<effect_desk>() : nullptr) {}

  /// Whether there is a handler.
  [[nodiscard]] bool are_run() const noexcept { return desk_ != nullptr; }

  void serve(const actor_address& by) noexcept {
    if (desk_)
      desk_->serve(by);
  }
  void begin_life() noexcept {
    if (desk_)
      desk_->begin_life();
  }

  /// Hands one over. Returns whether it is done.
  [[nodiscard]] bool run(const effect_key& key, const typename effects<Data>::effect& what) {
    auto state = effect_state::started;
    if (!desk_->has_ended(key))
      calls_([&] { state = options_.on_effect({key, desk_}, what); });
    return state == effect_state::done;
  }

  /// Calls for each report `again(key)`, `done(key)`, or `instead(key, operation)` with what is to
  /// be submitted, if anything is, because the effect cannot be done. What throws is reported
  /// again.
  template <class Order, class Again, class Done, class Instead>
  void hear(const Order& order, Again again, Done done, Instead instead) {
    while (desk_) {
      auto report = desk_->take();
      if (!report)
        return;
      const auto& key = report.key();
      const auto& told = report.mapped();
      try {
        if (told.what == effect_report::kind::again)
          again(key);
        else if (told.what == effect_report::kind::done)
          done(key);
        else if (const auto* what = order.waiting_effect(key))
          give_up(key, *what, told.why, instead);
      } catch (...) {
        desk_->put_back(std::move(report));
        throw;
      }
    }
  }

private:
  template <class Instead>
  void give_up(const effect_key& key, const typename effects<Data>::effect& what, const reason& why,
               Instead instead) {
    std::optional<typename Data::operation> op;
    const auto& handler = options_.on_effect_refused;
    if (handler && !calls_([&] { op = handler(key, what, why); }))
      return; // it stays, since nobody has decided
    instead(key, op);
  }

  const server_options<Data>& options_;
  callback_guard& calls_;
  std::shared_ptr<effect_desk> desk_;
};

} // namespace libsync::detail
