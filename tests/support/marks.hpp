#pragma once

/// A list of numbers whose operations may fail to be copied or moved, and say when the last copy of
/// them is destroyed.

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "libsync/protocol/parcel.hpp"
#include "libsync/submission.hpp"
#include "support/failing.hpp"

namespace marks {

struct data {
  struct operation {
    failing::value<int> mark;
    std::shared_ptr<void> held;
  };
  std::vector<int> values;
};

inline void reduce(data& self, const data::operation& op) {
  self.values.push_back(*op.mark);
}

inline data::operation mark(int value) {
  return {failing::value<int>{value}, nullptr};
}

/// One that calls `when_gone` once its last copy is destroyed.
inline data::operation mark(int value, std::function<void()> when_gone) {
  return {failing::value<int>{value},
          std::shared_ptr<void>{nullptr, [call = std::move(when_gone)](void*) { call(); }}};
}

inline libsync::submission<data> all_of(const std::vector<int>& values) {
  libsync::transaction<data> all;
  for (const int value : values)
    all.add(mark(value));
  return {all};
}

} // namespace marks
