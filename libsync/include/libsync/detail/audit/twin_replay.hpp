#pragma once

/// Applies operations again, to two copies of the same data.

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "libsync/detail/contexts.hpp"
#include "libsync/digest.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/reducer.hpp"

namespace libsync::detail {

/// Two copies of the same data, to which equal operations are applied. A reducer that is
/// deterministic keeps them equal. Both live at the same time, and so do the operations, so what
/// depends on an address finds two different ones. Throws what copying data and operations and
/// making digests throws.
template <class Data>
class twin_replay {
public:
  twin_replay(const Data& from, digest_function<Data> make)
      : make_(std::move(make)), one_(std::make_unique<Data>(from)),
        other_(std::make_unique<Data>(from)) {}

  /// Whether both have the same digest, and neither has refused an operation.
  [[nodiscard]] bool are_equal() const { return accepts_ && make_(*one_) == make_(*other_); }

  /// Whether both have accepted all operations so far.
  [[nodiscard]] bool accept() const noexcept { return accepts_; }

  [[nodiscard]] std::uint64_t digest() const { return make_(*one_); }

  /// Applies an accepted submission to both. Returns whether they are equal after it.
  [[nodiscard]] bool step(const accepted_submission<Data>& next) {
    const std::vector<typename Data::operation> copied(next.operations.begin(),
                                                       next.operations.end());
    const auto how = contexts_of(next);
    accepts_ = apply(*one_, next.operations, how) && apply(*other_, copied, how);
    return are_equal();
  }

  /// Makes them equal again.
  void rejoin() { other_ = std::make_unique<Data>(*one_); }

private:
  static bool apply(Data& to, std::span<const typename Data::operation> operations,
                    const context_run<Data>& how) noexcept {
    outcome why;
    return reducer<Data>::apply(to, operations, how, why) == operations.size();
  }

  digest_function<Data> make_;
  std::unique_ptr<Data> one_;
  std::unique_ptr<Data> other_;
  bool accepts_ = true;
};

} // namespace libsync::detail
