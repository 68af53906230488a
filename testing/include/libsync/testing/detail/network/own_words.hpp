#pragma once

/// What a simulated server submits itself.

#include <cstddef>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "libsync/context.hpp"
#include "libsync/ids.hpp"
#include "libsync/rules.hpp"

#include "libsync/testing/detail/expected_receipts.hpp"
#include "libsync/testing/detail/network/expected_members.hpp"
#include "libsync/testing/detail/network/hook.hpp"
#include "libsync/testing/simulation.hpp"

namespace libsync::testing::detail {

/// Writes down the operations that the user's functions return within a call, in order.
template <class Data>
class own_words {
public:
  using operation = typename Data::operation;

  own_words(const simulation_options<Data>& how, const network_hook& hook,
            expected_members<Data>& members)
      : on_left(how.on_left), how_(how), hook_(hook), members_(members) {}

  /// The rules of the server.
  [[nodiscard]] libsync::rules<Data> rules() {
    libsync::rules<Data> made{how_.admit, how_.authorize, {}, {}};
    if (on_left)
      made.on_left = [this](client_id who) { return note(on_left(who)); };
    if (how_.on_joined)
      made.on_joined = [this](const context<Data>& who) {
        members_.greet(who);
        return note(how_.on_joined(who));
      };
    return made;
  }

  std::optional<operation> note(std::optional<operation> word) {
    const own_code now{hook_};
    return all_.emplace_back(std::move(word));
  }

  void clear() noexcept { all_.clear(); }
  [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
  /// The number of the last one that was decided.
  [[nodiscard]] submission_number& number() noexcept { return number_; }

  /// Decides them, up to the first that throws half-way. Returns whether one has, or had before.
  bool decide(expected_receipts<Data>& receipts, timestamp time, call_record& now, bool has_torn) {
    for (const auto& one : all_)
      if (one && !has_torn)
        has_torn = !receipts.decide_own(++number_, *one, time, now);
    return has_torn;
  }

  const std::function<std::optional<operation>(client_id)> on_left;

private:
  const simulation_options<Data>& how_;
  const network_hook& hook_;
  expected_members<Data>& members_;
  std::vector<std::optional<operation>> all_;
  submission_number number_ = 0;
};

} // namespace libsync::testing::detail
