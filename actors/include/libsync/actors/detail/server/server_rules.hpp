#pragma once

/// The rules of a server by its options.

#include <optional>

#include "libsync/actors/server_options.hpp"

#include "libsync/context.hpp"
#include "libsync/detail/callback_guard.hpp"
#include "libsync/ids.hpp"
#include "libsync/rules.hpp"

namespace libsync::detail {

/// Calls the functions of the options, which outlive the rules. What `on_joined` and `on_left`
/// throw is counted.
template <class Data>
rules<Data> rules_of(const server_options<Data>& how, callback_guard& calls) {
  const auto word_of = [&calls](const auto& call) {
    std::optional<typename Data::operation> word;
    calls([&] { word = call(); });
    return word;
  };
  rules<Data> all{how.admit, how.authorize, {}, {}};
  if (how.on_joined)
    all.on_joined = [&how, word_of](const context<Data>& who) {
      return word_of([&] { return how.on_joined(who); });
    };
  if (how.on_left)
    all.on_left = [&how, word_of](client_id id) {
      return word_of([&] { return how.on_left(id); });
    };
  return all;
}

} // namespace libsync::detail
