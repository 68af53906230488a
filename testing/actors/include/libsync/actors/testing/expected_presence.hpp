#pragma once

/// What simulated clients show each other, and what they should see.

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libsync/actors/server_options.hpp"
#include "libsync/actors/testing/runtime.hpp"

#include "libsync/presence.hpp"

#include "libsync/testing/detail/simulation_events.hpp"
#include "libsync/testing/random.hpp"
#include "libsync/testing/simulation.hpp"

namespace libsync::testing::detail {

/// Clients of data without presence show nothing.
template <class Data>
class expected_presence {
public:
  explicit expected_presence(const simulation_options<Data>&) noexcept {}
  static void set(server_options<Data>&, std::uint64_t) noexcept {}
  template <class Clients>
  [[nodiscard]] static std::string act(const simulated_event&, const Clients&, runtime&) noexcept {
    return {};
  }
  template <class Clients>
  static void take_one_away(const Clients&) noexcept {}
  template <class Clients>
  [[nodiscard]] static std::string what_is_missing(const Clients&) noexcept {
    return {};
  }
};

/// Keeps what each client shows. Once all messages have arrived, every client that lives sees that,
/// and nothing else: no ghost, nothing old, and nobody is missing.
template <has_presence Data>
class expected_presence<Data> {
  using value = typename Data::presence;

public:
  explicit expected_presence(const simulation_options<Data>& how) : how_(how) {}

  static void set(server_options<Data>& options, std::uint64_t seed) noexcept {
    options.presence_pause = std::chrono::milliseconds{seed % 3 == 0 ? 0 : 16};
  }

  /// Lets some time pass, so that there are rounds, and lets somebody show something now and then.
  /// Returns that in words.
  template <class Clients>
  [[nodiscard]] std::string act(const simulated_event& next, const Clients& clients, runtime& at) {
    random choices{next.seed};
    at.advance(std::chrono::milliseconds{choices.below(8)});
    shown_.resize(clients.size());
    for (std::size_t i = 0; i < clients.size(); ++i)
      if (clients[i]->is_dead())
        shown_[i].reset(); // its next program begins with nothing
    const auto number = static_cast<std::size_t>(choices.below(clients.size()));
    if (clients[number]->is_dead() || !choices.chance(40))
      return {};
    auto& who = *clients[number];
    const auto name = "client " + std::to_string(number);
    if (choices.chance(20)) {
      who.visit([](auto& it) { it.session().withdraw(); });
      shown_[number].reset();
      return name + " shows nothing any more";
    }
    auto what = make(choices);
    if (!what)
      return {};
    who.visit([&](auto& it) { it.session().present(*what); });
    shown_[number] = std::move(what);
    return name + " shows something else";
  }

  /// Lets the last client close that shows something. Nothing that follows tells the others.
  template <class Clients>
  void take_one_away(const Clients& clients) const {
    for (auto i = clients.size(); i-- > 0;)
      if (!clients[i]->is_dead() && of(i) != nullptr)
        return clients[i]->close();
  }

  /// What the first client that sees something else sees; empty if there is none.
  template <class Clients>
  [[nodiscard]] std::string what_is_missing(const Clients& clients) const {
    for (std::size_t i = 0; i < clients.size(); ++i)
      if (!clients[i]->is_dead())
        if (const auto wrong = look(clients, i); !wrong.empty())
          return "client " + std::to_string(i) + wrong;
    return {};
  }

private:
  [[nodiscard]] std::optional<value> make(random& choices) const {
    if (how_.show)
      return how_.show(choices);
    if constexpr (std::default_initializable<value>)
      return value{};
    else
      return std::nullopt;
  }

  [[nodiscard]] const value* of(std::size_t number) const noexcept {
    return number < shown_.size() && shown_[number] ? &*shown_[number] : nullptr;
  }

  template <class Clients>
  [[nodiscard]] std::string look(const Clients& clients, std::size_t by) const {
    const auto presence_of = [](auto& whom) {
      return whom.visit([](auto& it) { return it.session().presence(); });
    };
    const auto seen = presence_of(*clients[by]);
    if (!seen.is_known())
      return " does not know what clients show";
    std::size_t count = 0;
    for (std::size_t i = 0; i < clients.size(); ++i) {
      const auto* const wanted = clients[i]->is_dead() ? nullptr : of(i);
      if (wanted == nullptr)
        continue;
      ++count;
      const auto theirs = presence_of(*clients[i]);
      const auto* const own = theirs.own();
      const auto* const there = own != nullptr ? seen.find(own->by) : nullptr;
      if (there == nullptr)
        return " does not see what client " + std::to_string(i) + " shows";
      if (!is_same(*there->value, *wanted))
        return " sees what client " + std::to_string(i) + " does not show any more";
    }
    return seen.size() == count ? "" : " sees a client that shows nothing, or is gone";
  }

  [[nodiscard]] static bool is_same([[maybe_unused]] const value& one,
                                    [[maybe_unused]] const value& other) {
    if constexpr (std::equality_comparable<value>)
      return one == other;
    else
      return true;
  }

  const simulation_options<Data>& how_;
  std::vector<std::optional<value>> shown_;
};

} // namespace libsync::testing::detail
