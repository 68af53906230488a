#pragma once

/// The data that a replica shows, and how it goes on to the next version.

#include <cstddef>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "libsync/change.hpp"
#include "libsync/detail/client/due_receipts.hpp"
#include "libsync/detail/client/shared_copy.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/receipt.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/snapshot.hpp"

namespace libsync::detail {

/// The copy that threads may read.
template <class Data, replica_mode Mode>
struct copy_of {
  static_assert(std::is_same_v<Mode, own_copy> || std::is_same_v<Mode, shared_view>,
                "libsync: include libsync/optimistic.hpp for optimistic clients");
  using type = shared_copy<Data>;
};

template <class Data, replica_mode Mode>
using copy_ptr = std::shared_ptr<typename copy_of<Data, Mode>::type>;

// The decisions that belong to a batch that was applied.
template <class Data, class Settle>
void settle_own(const batch<Data>& from, client_id me, Settle& settle) noexcept {
  libsync::version next = from.first;
  for (const run& part : from.runs) {
    const auto versions = part.versions();
    if (part.by == me)
      settle(decision{part.number, static_cast<std::size_t>(versions), receipt::accepted(next)});
    next += versions;
  }
}

/// What is taken of submissions beside the outbox: nothing, but by optimistic clients.
struct nothing_staged {
  template <class Copy, class Submission>
  nothing_staged(const Copy&, const Submission&, submission_number) noexcept {}
  static void keep() noexcept {}
};

/// What two kinds have in common: the data with their version, in a copy that threads may read.
template <class Data>
class copy_with_version {
public:
  using staged = nothing_staged;

  explicit copy_with_version(shared_copy_ptr<Data> copy)
      : copy_(copy ? std::move(copy) : shared<shared_copy<Data>>()) {}

  [[nodiscard]] bool has_data() const noexcept { return copy_->has_data(); }
  [[nodiscard]] const Data& data() const noexcept { return copy_->data(); }
  [[nodiscard]] const Data& confirmed() const noexcept { return copy_->data(); }
  [[nodiscard]] libsync::version version() const noexcept { return copy_->version(); }
  [[nodiscard]] snapshot<Data> read() { return copy_->snapshot(); }
  /// The version of the snapshot that was taken last.
  [[nodiscard]] libsync::version since() const noexcept { return since_; }

  /// Replaces the data.
  void take(snapshot<Data> from) {
    const auto version = from.version;
    copy_->take(std::move(from));
    since_ = version;
  }

protected:
  shared_copy_ptr<Data> copy_;

private:
  libsync::version since_ = 0;
};

/// The data of a client that applies every operation.
template <class Data, replica_mode Mode>
class confirmed_copy : public copy_with_version<Data> {
  using base = copy_with_version<Data>;

public:
  using operation = typename Data::operation;

  /// What became of a batch.
  struct applied {
    /// It was applied to its end; if not, `show` has stopped it, or an operation was refused.
    bool whole = false;
    /// The operation that this copy refuses, as long as the batch lives, and why; null if none.
    const operation* refused = nullptr;
    outcome why;
  };

  using base::base;

  /// What an observer is told where the data were replaced.
  [[nodiscard]] change<Data> replaced() const {
    return {{this->version(), client_id::server, 0, 0, {}}, this->data()};
  }

  /// Applies a batch version by version. After each it calls `settle(decision)`, where it is of a
  /// submission of `me`, and then `show(change)`, which says whether to go on. `due` gets room for
  /// the decision before anything is applied.
  template <class Settle, class Show>
  applied apply_each(const batch<Data>& from, client_id me, due_receipts& due, Settle settle,
                     Show show) {
    applied done;
    done.whole = for_each_accepted(from, [&](const accepted_submission<Data>& next) {
      const bool own = next.by == me;
      if (own)
        due.make_room(1);
      if (const auto count = this->copy_->apply(next, done.why); count != next.operations.size()) {
        done.refused = &next.operations[count];
        return false;
      }
      if (own)
        settle(decision{next.number, 1, receipt::accepted(next.version)});
      return show(change<Data>{next, this->data()});
    });
    return done;
  }

  /// Applies a batch in one go, where nobody observes, and calls `settle(decision)` for what is of
  /// `me`.
  template <class Settle>
  applied apply_all(const batch_ptr<Data>& from, client_id me, due_receipts& due, Settle settle) {
    due.make_room(from->runs.size());
    applied done;
    if (const auto count = this->copy_->apply(from, done.why); count != from->operations.size()) {
      done.refused = &from->operations[count];
      return done;
    }
    settle_own(*from, me, settle);
    done.whole = true;
    return done;
  }
};

/// The data of a viewer, which goes from one of the server's snapshots to another.
template <class Data>
class confirmed_copy<Data, shared_view> : public copy_with_version<Data> {
  using base = copy_with_version<Data>;

public:
  using base::base;

  [[nodiscard]] snapshot<Data> replaced() { return this->read(); }
};

/// The version from which a server may lead on by operations, which a viewer never applies.
template <class Data, replica_mode Mode>
[[nodiscard]] std::optional<libsync::version>
known_to(const confirmed_copy<Data, Mode>& copy) noexcept {
  if (std::is_same_v<Mode, shared_view> || !copy.has_data())
    return std::nullopt;
  return copy.version();
}

} // namespace libsync::detail
