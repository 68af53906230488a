#pragma once

/// What a simulated server submits itself.

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "libsync/context.hpp"
#include "libsync/ids.hpp"
#include "libsync/rules.hpp"

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
    all.push_back(std::move(word));
    return all.back();
  }

  const std::function<std::optional<operation>(client_id)> on_left;
  std::vector<std::optional<operation>> all;

private:
  const simulation_options<Data>& how_;
  const network_hook& hook_;
  expected_members<Data>& members_;
};

} // namespace libsync::testing::detail
