#pragma once

/// The data of any version that a simulation expects.

#include <cstddef>
#include <optional>

#include "libsync/ids.hpp"
#include "libsync/reducer.hpp"

#include "libsync/testing/detail/expected_data.hpp"

namespace libsync::testing::detail {

/// Makes the data of versions from the log. Versions that grow are made in one pass.
template <class Data>
class replayed_data {
public:
  /// The versions of the server are others now.
  void forget() noexcept { data_.reset(); }

  /// Returns the data at a version. They stay until the next call.
  const Data& at(const expected_data<Data>& all, version wanted) {
    // From the beginning where something of the past never happened.
    const auto& [begun, initial] = all.beginning(wanted);
    if (!data_ || epochs_ != all.epochs() || version_ > wanted || version_ < begun) {
      version_ = begun;
      data_.emplace(initial);
      epochs_ = all.epochs();
    }
    for (; version_ < wanted; ++version_)
      for (const auto& op : all.operations_of(version_ + 1))
        static_cast<void>(reducer<Data>::step(*data_, op, all.context_of(version_ + 1)));
    return *data_;
  }

private:
  std::optional<Data> data_;
  version version_ = 0;
  std::size_t epochs_ = 0;
};

} // namespace libsync::testing::detail
