#pragma once

/// Data for tests of readers: their transactions keep a sum, and an operation can call the test.

#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "libsync/detail/client/shared_copy.hpp"
#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/snapshot.hpp"
#include "support/catch.hpp"

namespace watched {

struct accounts {
  struct operation {
    int left = 1;
    int right = -1;
    bool calls = false;
    bool refused = false;
  };
  long left = 0;
  long right = 0;

  [[nodiscard]] long sum() const { return left + right; }
};

using operation = accounts::operation;
using copy = libsync::detail::shared_copy<accounts>;

/// What an operation that `calls` calls.
inline std::function<void()> on_call; // NOLINT: changed while no operation runs

inline libsync::outcome reduce(accounts& data, const operation& op) {
  if (op.refused)
    return libsync::refused("as the test wants it");
  if (op.calls)
    on_call();
  data.left += op.left;
  data.right += op.right;
  return libsync::accepted();
}

constexpr libsync::epoch_id epoch{3};

inline libsync::snapshot<accounts> initial(libsync::version version = 0) {
  const auto amount = static_cast<long>(version);
  return {epoch, version, std::make_shared<const accounts>(accounts{amount, -amount})};
}

/// Versions from `first` on: of one operation each, or with `transactions` of two, which move one
/// unit together.
inline libsync::batch_ptr<accounts> batch_of(libsync::version first, std::size_t versions,
                                             bool transactions = false,
                                             const std::vector<std::size_t>& calls_in = {}) {
  libsync::batch<accounts> made;
  made.epoch = epoch;
  made.first = first;
  made.last = first - 1;
  for (std::size_t i = 0; i < versions; ++i) {
    std::vector<operation> all{{}};
    if (transactions)
      all = {{1, 0}, {0, -1}};
    for (const auto version : calls_in)
      all.back().calls = all.back().calls || version == first + i;
    libsync::append(made, libsync::client_id{1}, first + i, std::span<const operation>{all},
                    transactions, 0);
  }
  return std::make_shared<const libsync::batch<accounts>>(std::move(made));
}

inline std::size_t apply(copy& to, const libsync::batch_ptr<accounts>& what) {
  libsync::outcome why;
  return to.apply(what, why);
}

} // namespace watched
