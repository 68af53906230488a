#pragma once

/// What a handler of effects sees, checked.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "libsync/detail/server/effect_queue.hpp"
#include "support/model.hpp"

namespace simulation {

/// Each effect is handed over once in a life of the server, in order, and again in the next life
/// until it is done.
class effect_ledger {
public:
  bool hand(const libsync::effect_key& key, std::int64_t value, bool done) {
    require(!latest_ || *latest_ < key, key, " is handed over late, or twice in a life");
    latest_ = key;
    const auto found = handed_.try_emplace(key, effect{value, false}).first;
    require(found->second.value == value, key, " is another effect than before");
    require(!found->second.done, key, " was done already");
    found->second.done = done;
    owed_.erase(key);
    return done;
  }

  /// Says that one that is not done is done now, if there is any.
  std::optional<libsync::effect_key> report() {
    for (auto& [key, what] : handed_)
      if (!what.done) {
        what.done = true;
        return key;
      }
    return std::nullopt;
  }

  void begin_life() {
    latest_.reset();
    for (const auto& [key, what] : handed_)
      if (!what.done)
        owed_.insert(key);
  }

  void check_life() const {
    require(owed_.empty(), owed_.size(), " effects that are not done were not handed over again");
  }

  /// All effects that were handed over, in order.
  std::vector<std::int64_t> values() const {
    std::vector<std::int64_t> all;
    for (const auto& [key, what] : handed_)
      all.push_back(what.value);
    return all;
  }

private:
  struct effect {
    std::int64_t value;
    bool done;
  };

  std::map<libsync::effect_key, effect> handed_;
  std::optional<libsync::effect_key> latest_;
  std::set<libsync::effect_key> owed_;
};

} // namespace simulation
