#pragma once

/// What a user decides beside the reducer, as a sequencer asks for it.

#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include "libsync/context.hpp"
#include "libsync/detail/server/apply_wholly.hpp"
#include "libsync/detail/server/members.hpp"
#include "libsync/detail/server/roster.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/reason.hpp"
#include "libsync/rules.hpp"

namespace libsync::detail {

/// Asks the `rules`, and knows who is who. What they throw is a refusal, except out of `on_joined`
/// and `on_left`.
template <class Data>
class judge {
public:
  using operation = typename Data::operation;

  explicit judge(rules<Data> by) : rules_(std::move(by)) {}

  /// Whether whoever presents this identity may join.
  [[nodiscard]] outcome admit(const identity_ptr<Data>& identity) const noexcept {
    if (!rules_.admit)
      return accepted();
    return guarded("not admitted: ", [&]() -> outcome {
      if constexpr (!names_identity<Data>)
        return rules_.admit(identity);
      else if (identity)
        return rules_.admit(*identity);
      else
        return refused("the client presents no identity"_reason);
    });
  }

  /// Whether operations are looked at one by one.
  [[nodiscard]] bool authorizes() const noexcept {
    return rules_.authorize != nullptr || !closed_.empty();
  }

  /// From now on nothing may be submitted, for this reason. An empty one ends that.
  void close(reason why) noexcept { closed_ = std::move(why); }

  /// Whether all of these may be submitted to the data, in one submission.
  [[nodiscard]] outcome authorize(const context<Data>& how, std::span<const operation> all,
                                  const Data& data) const noexcept {
    if (!closed_.empty())
      return refused(closed_);
    if (!rules_.authorize || how.by == client_id::server)
      return accepted();
    for (std::size_t i = 0; i != all.size(); ++i) {
      auto why = guarded("not authorized: ", [&] { return rules_.authorize(how, all[i], data); });
      if (!why)
        return all.size() == 1 ? why : in_list(i, all.size(), why);
    }
    return accepted();
  }

  /// What is to be submitted because a member has come, or is forgotten.
  [[nodiscard]] std::optional<operation> joined(const context<Data>& how) const {
    return rules_.on_joined ? rules_.on_joined(how) : std::nullopt;
  }
  [[nodiscard]] std::optional<operation> left(client_id who) const {
    return rules_.on_left ? rules_.on_left(who) : std::nullopt;
  }

  /// Who that is; nobody for null, and for a member that is sent nothing.
  template <class Route>
  [[nodiscard]] std::optional<context<Data>> who(const member<Route>* one) const {
    if (one == nullptr || one->suspended)
      return std::nullopt;
    return context<Data>{.by = one->id(), .identity = known_.of(one->id())};
  }

  [[nodiscard]] roster<Data>& known() noexcept { return known_; }
  [[nodiscard]] const roster<Data>& known() const noexcept { return known_; }

private:
  template <class Call>
  static outcome guarded(const char* before, Call call) noexcept {
    const auto say = [&](const reason& why) {
      return refused(try_to_say([&] { return reason{before + why}; }, why));
    };
    try {
      auto why = call();
      return why ? why : say(why.reason());
    } catch (...) {
      return say(what_was_thrown());
    }
  }

  rules<Data> rules_;
  reason closed_; // not empty while it is
  roster<Data> known_;
};

} // namespace libsync::detail
