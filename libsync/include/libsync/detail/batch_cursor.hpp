#pragma once

/// A place in a batch.

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>

#include "libsync/context.hpp"
#include "libsync/detail/contexts.hpp"
#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/reducer.hpp"

namespace libsync::detail {

/// Goes through a batch in pieces of whole versions. It refers to the batch; copying it is cheap.
template <class Data>
class batch_cursor {
public:
  using operation = typename Data::operation;

  struct piece {
    std::span<const operation> operations;
    version versions = 0;
    /// The run in which it begins; it lies in it, if the reducer takes a context.
    const run* part = nullptr;
    [[no_unique_address]] identity_place<Data> who = {};

    /// The contexts of its operations, of which the first makes version `first`.
    [[nodiscard]] context_run<Data> contexts([[maybe_unused]] version first) const {
      if constexpr (takes_context<Data>)
        return contexts_of<Data>(*part, who.get(), first);
      else
        return {};
    }
  };

  explicit batch_cursor(const batch<Data>& all)
      : batch_cursor(std::span{all.runs}, all.operations.data(), all.identities.begin()) {}

  /// Goes through `runs`, whose operations begin at `first`, and whose identities at `identities`.
  batch_cursor(std::span<const run> runs, const operation* first,
               const identity_ptr<Data>* identities)
      : part_(runs.data()), end_(part_ + runs.size()), next_(first), who_(identities) {}

  [[nodiscard]] bool is_done() const noexcept { return part_ == end_; }

  /// Returns the next versions, as many as have at most `most` operations together, but one at
  /// least; it must not be done.
  piece next(std::size_t most) noexcept {
    piece taken{{next_, 0}, 0, part_, who_};
    std::size_t size = 0;
    while (part_ != end_ && (size < most || size == 0)) {
      if constexpr (takes_context<Data>)
        if (part_ != taken.part)
          break;
      const std::size_t left = part_->operations - done_;
      if (part_->transaction) {
        if (size != 0 && left > most - size)
          break;
        size += left;
        taken.versions += 1;
        go_to_next_run();
        continue;
      }
      const auto now = std::min(left, most - size);
      size += now;
      taken.versions += now;
      done_ += now;
      if (now == left)
        go_to_next_run();
    }
    taken.operations = {next_, size};
    next_ += size;
    return taken;
  }

  /// Returns as much as can be applied in one go: all of `of`, at whose beginning this is; or the
  /// next run, if the reducer takes a context.
  piece next_of(const batch<Data>& of) noexcept {
    if constexpr (takes_context<Data>)
      return next(std::numeric_limits<std::size_t>::max());
    part_ = end_;
    return {of.operations, of.last + 1 - of.first};
  }

  /// Returns how many of the next versions are wholly within the next `count` operations.
  [[nodiscard]] version versions_within(std::size_t count) const noexcept {
    version whole = 0;
    for (auto ahead = *this; !ahead.is_done(); ++whole) {
      const auto one = ahead.next(1).operations.size();
      if (one > count)
        break;
      count -= one;
    }
    return whole;
  }

private:
  void go_to_next_run() noexcept {
    ++part_;
    who_.advance();
    done_ = 0;
  }

  const run* part_;
  const run* end_;
  const operation* next_;
  std::size_t done_ = 0; // of the operations of a run that is no transaction
  [[no_unique_address]] identity_place<Data> who_;
};

/// Where the identities stand of a batch's runs from number `runs` on.
template <class Data>
auto identities_after(const batch<Data>& all, [[maybe_unused]] std::ptrdiff_t runs) noexcept {
  if constexpr (names_identity<Data>)
    return all.identities.begin() + runs;
  else
    return all.identities.begin();
}

} // namespace libsync::detail
