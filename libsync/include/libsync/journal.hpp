#pragma once

/// The accepted submissions of an epoch: those that wait to be sent, and those that are kept.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "libsync/batch.hpp"
#include "libsync/ids.hpp"
#include "libsync/log.hpp"
#include "libsync/size_of.hpp"

namespace libsync {

/// Gives versions to accepted submissions, gathers them into batches, and keeps the newest ones.
template <class Data>
class journal {
public:
  using operation = typename Data::operation;

  /// Keeps at most so much, as `log` does.
  journal(epoch_id epoch, amount limit) : epoch_(epoch), limit_(limit), log_(limit) {}

  [[nodiscard]] epoch_id epoch() const noexcept { return epoch_; }

  /// The latest version, and the latest one that was cut into a batch.
  [[nodiscard]] version at() const noexcept { return pending_.last; }
  [[nodiscard]] version cut_at() const noexcept { return pending_.first - 1; }

  [[nodiscard]] bool has_pending() const noexcept { return !pending_.runs.empty(); }

  /// How much waits in the pending batch.
  [[nodiscard]] amount pending() const noexcept {
    return {pending_.operations.size(), pending_.bytes};
  }

  [[nodiscard]] const log<Data>& kept() const noexcept { return log_; }

  /// Appends accepted submissions of one client, the first of which is `number`, as the next
  /// versions: each operation is one, or all are one `transaction`.
  void append(client_id by, submission_number number, std::span<const operation> operations,
              bool transaction, timestamp now) {
    if (by != latest_by_) {
      latest_by_ = by;
      latest_by_since_ = at() + 1;
    }
    libsync::append(pending_, by, number, operations, transaction, now);
  }

  /// The last version that somebody else than `by` has made.
  [[nodiscard]] version latest_not_by(client_id by) const noexcept {
    return by == latest_by_ ? latest_by_since_ - 1 : at();
  }

  /// Ends the pending batch, keeps it, and returns it to be sent; then call `trim`.
  batch_ptr<Data> cut() {
    const version next = at() + 1;
    pending_.epoch = epoch_;
    auto sent = std::make_shared<const batch<Data>>(std::move(pending_));
    start_at(next);
    log_.append(sent);
    return sent;
  }

  /// Lets go what is kept beyond the limit.
  void trim() { log_.trim(); }

  /// Returns the batches that lead on from version `known` of `epoch` to the last one that was cut,
  /// or nothing where they do not or are no longer kept.
  [[nodiscard]] std::optional<std::vector<batch_ptr<Data>>> since(epoch_id epoch,
                                                                  version known) const {
    if (epoch != epoch_ || known > cut_at())
      return std::nullopt;
    if (known == cut_at())
      return std::vector<batch_ptr<Data>>{};
    return log_.since(known);
  }

  /// Forgets all submissions and begins an epoch, which is a version of its own: the next one.
  void begin(epoch_id next) {
    epoch_ = next;
    const version begin = at() + 1;
    start_at(begin + 1);
    log_ = log<Data>{limit_};
    latest_by_ = client_id::server;
    latest_by_since_ = begin;
  }

private:
  void start_at(version first) {
    pending_ = {};
    pending_.first = first;
    pending_.last = first - 1;
  }

  epoch_id epoch_;
  amount limit_;
  batch<Data> pending_;
  log<Data> log_;
  // Who made the latest version, and the version since which nobody else has made one.
  client_id latest_by_ = client_id::server;
  version latest_by_since_ = 1;
};

} // namespace libsync
