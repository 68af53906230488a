#pragma once

/// The origin under which a connection to a store changes boxes.

#include <cstddef>
#include <string>
#include <unordered_map>

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

  /// A change that is about to be written. It counts unless it is surely not there.
  class writing {
  public:
    writing(lineage& of, const std::string& key, timestamp when)
        : latest_{of.latest_.try_emplace(key, stamp::none).first->second}, before_{latest_} {
      latest_ = when;
    }
    writing(const writing&) = delete;
    writing& operator=(const writing&) = delete;

    void wrote_nothing() noexcept { latest_ = before_; }

  private:
    timestamp& latest_;
    timestamp before_;
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
