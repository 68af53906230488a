#pragma once

/// What a simulation expects of every copy.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "libsync/change.hpp"
#include "libsync/reducer.hpp"

#include "libsync/testing/digest.hpp"

namespace libsync::testing::detail {

/// What all copies must be: the initial data, and each accepted operation applied to them alone.
template <class Data>
class expected_data {
public:
  explicit expected_data(Data initial) : data_(std::move(initial)) {
    digests_.push_back(digest_of(data_));
  }

  /// Takes what the server has accepted. Returns what is wrong with it.
  std::string accept(const change<Data>& next) {
    if (next.version != digests_.size())
      return "the server made version " + std::to_string(next.version) + " after version " +
             std::to_string(digests_.size() - 1);
    for (const auto& op : next.operations)
      if (const auto done = reducer<Data>::step(data_, op); !done)
        return "version " + std::to_string(next.version) +
               " was accepted, but the reducer refuses it: " + std::string{done.reason()};
    digests_.push_back(digest_of(data_));
    if (digest_of(next.data) != digests_.back())
      return "the server's data at version " + std::to_string(next.version) +
             " are not what the operations lead to";
    return {};
  }

  [[nodiscard]] version last() const noexcept { return digests_.size() - 1; }
  [[nodiscard]] bool has(version seen, std::uint64_t digest) const {
    return seen < digests_.size() && digests_[seen] == digest;
  }

private:
  Data data_;
  std::vector<std::uint64_t> digests_; // by version
};

} // namespace libsync::testing::detail
