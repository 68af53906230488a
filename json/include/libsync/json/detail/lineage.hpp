#pragma once

/// The origin under which a connection to a store changes boxes.

#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>

#include "libsync/statebox/stamp.hpp"

namespace libsync::detail {

/// A change under an origin must start from the box that its latest change has made (stamp.hpp), or
/// siblings take changes for seen that are not. What a store holds may be another box: somebody has
/// erased the key or restored a backup, or a write is lost. Then a new origin goes on.
class lineage {
public:
  /// For how many keys the latest change is kept. With more, a new origin begins.
  static constexpr std::size_t most_keys = 10'000;

  [[nodiscard]] origin by() const noexcept { return by_; }

  /// Returns the origin for the next change of a box that the store holds at a key.
  template <class Box>
  origin next(const std::string& key, const Box& from) {
    if (const auto latest = latest_.find(key); latest != latest_.end()) {
      const auto* known = from.known().find(by_);
      if (latest->second > (known == nullptr ? stamp::none : known->seen))
        renew();
    } else if (latest_.size() >= most_keys) {
      renew();
    }
    return by_;
  }

  /// A change that is about to be written. It counts unless it is surely not there. Others may be
  /// written meanwhile, and a new origin may begin.
  class writing {
  public:
    writing(lineage& of, const std::string& key, timestamp when) : of_{of}, key_{key}, when_{when} {
      auto& latest = of.latest_.try_emplace(key, stamp::none).first->second;
      before_ = std::exchange(latest, when);
    }
    writing(const writing&) = delete;
    writing& operator=(const writing&) = delete;

    void wrote_nothing() {
      const auto latest = of_.latest_.find(key_);
      if (latest != of_.latest_.end() && latest->second == when_)
        latest->second = before_;
    }

  private:
    lineage& of_;
    const std::string& key_;
    timestamp when_;
    timestamp before_ = stamp::none;
  };

private:
  void renew() {
    latest_.clear();
    by_ = random_origin();
  }

  origin by_ = random_origin();
  std::unordered_map<std::string, timestamp> latest_;
};

} // namespace libsync::detail
