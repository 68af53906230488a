#pragma once

/// Operations that a generator makes, and how they are told.

#include <cstddef>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "libsync/ids.hpp"
#include "libsync/reducer.hpp"

#include "libsync/testing/as_code.hpp"
#include "libsync/testing/detail/context_at.hpp"
#include "libsync/testing/random.hpp"

namespace libsync::testing::detail {

/// Returns `count` operations. Each is made from the data that the accepted ones before lead to.
template <class Data, class Generator>
std::vector<typename Data::operation> make_operations(const Data& seen, Generator&& make,
                                                      random choices, std::size_t count) {
  std::vector<typename Data::operation> all;
  if (count == 1) {
    all.push_back(make(seen, choices));
    return all;
  }
  version next_version = 1;
  for (auto now = seen; all.size() < count;) {
    all.push_back(make(now, choices));
    auto next = now; // because a reducer that throws may leave half of a change
    if (reducer<Data>::step(next, all.back(), context_at<Data>(all.size() - 1, next_version))) {
      now = std::move(next);
      ++next_version;
    }
  }
  return all;
}

template <class Operation>
std::string in_words(const std::vector<Operation>& all) {
  std::ostringstream text;
  for (const char* between = ""; const auto& op : all) {
    text << std::exchange(between, ", ");
    if constexpr (has_code<Operation>)
      text << as_code(op);
    else
      text << "an operation (an operator<< would show which)";
  }
  return std::move(text).str();
}

} // namespace libsync::testing::detail
