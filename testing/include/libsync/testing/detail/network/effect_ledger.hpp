#pragma once

/// What a handler of effects sees, checked.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "libsync/effects.hpp"
#include "libsync/ids.hpp"

#include "libsync/testing/detail/broken.hpp"
#include "libsync/testing/detail/expected_data.hpp"

namespace libsync::testing::detail {

/// Each effect is handed over once in a life of the server, in the order of versions, when that is
/// asked for, and in the next life, until it is done or given up.
template <class Data>
class effect_ledger {
public:
  using effect = typename effects<Data>::effect;

  struct entry {
    effect what;
    bool done;
    bool checked;
  };

  bool hand(const effect_key& key, const effect& what, bool done) {
    const std::pair place{key.version, key.index};
    if (wanted_ == key) {
      wanted_.reset();
    } else {
      require(!latest_ || *latest_ < place, key, " is handed over late, or twice in a life");
      latest_ = place;
    }
    const auto found = handed_.try_emplace(key, entry{what, false, false}).first;
    require(is_same(found->second.what, what), key, " is another effect than before");
    require(!found->second.done, key, " was done already");
    set_done(found->second, done);
    owed_.erase(key);
    return done;
  }

  /// One that is not done, with its key; null if there is none.
  [[nodiscard]] const std::pair<const effect_key, entry>* undone() const {
    for (const auto& one : handed_)
      if (!one.second.done)
        return &one;
    return nullptr;
  }

  /// It is done, or given up.
  void end(const effect_key& key) { set_done(handed_.at(key), true); }

  /// It is handed over again within `call`.
  template <class Call>
  void want_again(const effect_key& key, Call call) {
    wanted_ = key;
    call();
    require(!wanted_, key, " was not handed over again");
  }

  [[nodiscard]] std::size_t done() const noexcept { return done_; }
  [[nodiscard]] bool has_undone() const noexcept { return done_ != handed_.size(); }

  void begin_life() {
    latest_.reset();
    for (const auto& [key, what] : handed_)
      if (!what.done)
        owed_.insert(key);
  }

  void check_life() const {
    require(owed_.empty(), owed_.size(), " effects that are not done were not handed over again");
  }

  /// Each that was handed over was asked for.
  void check(const expected_data<Data>& expected) {
    for (auto& [key, what] : handed_) {
      if (what.checked)
        continue;
      require(key.version <= expected.last(), key, " belongs to no version");
      const auto& asked = expected.effects_of(key.version);
      require(key.index < asked.size() && is_same(asked[key.index], what.what), key,
              " was not asked for");
      what.checked = true;
    }
  }

  /// The same, and all that were asked for were handed over.
  void check_end(const expected_data<Data>& expected) {
    check(expected);
    require(handed_.size() == expected.count_effects(), expected.count_effects(),
            " effects were asked for, but ", handed_.size(), " were handed over");
  }

private:
  static bool is_same(const effect& one, const effect& other) {
    if constexpr (std::equality_comparable<effect>)
      return one == other;
    else
      return true;
  }

  void set_done(entry& which, bool done) {
    which.done = done;
    done_ += done ? 1 : 0;
  }

  std::map<effect_key, entry> handed_;
  std::optional<std::pair<version, std::uint64_t>> latest_;
  std::optional<effect_key> wanted_;
  std::set<effect_key> owed_;
  std::size_t done_ = 0;
};

} // namespace libsync::testing::detail
