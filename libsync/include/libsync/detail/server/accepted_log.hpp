#pragma once

/// The accepted submissions of an epoch: those that wait to be sent, and those that are kept.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "libsync/detail/server/batch_log.hpp"
#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/log.hpp"
#include "libsync/size_of.hpp"

namespace libsync::detail {

/// Gives versions to accepted submissions, gathers them into batches, and keeps the newest ones.
/// Operations are written down in two steps: `stage` copies them before it is known whether they
/// are accepted, and may throw; `commit` then throws nothing. Whatever throws leaves all as it was.
template <class Data>
class accepted_log {
public:
  using operation = typename Data::operation;

  /// Keeps at most so much, as `batch_log` does.
  accepted_log(epoch_id epoch, amount limit) : epoch_(epoch), log_(limit) {}

  [[nodiscard]] epoch_id epoch() const noexcept { return epoch_; }

  /// The latest version, and the latest one that was cut into a batch.
  [[nodiscard]] libsync::version version() const noexcept { return pending_.last; }
  [[nodiscard]] libsync::version cut_at() const noexcept { return pending_.first - 1; }

  [[nodiscard]] bool has_pending() const noexcept { return !pending_.runs.empty(); }

  /// How much waits in the pending batch.
  [[nodiscard]] amount pending() const noexcept { return {committed_, pending_.bytes}; }

  [[nodiscard]] const batch_log<Data>& kept() const noexcept { return log_; }

  /// Operations are copied while it is not known whether they are accepted, because copying them
  /// may throw.
  static constexpr bool copies_ahead = !std::is_nothrow_copy_constructible_v<operation>;

  /// Makes room for operations that are about to be decided. `commit` must follow.
  void stage(std::span<const operation> next) {
    make_room(pending_.runs, 1);
    if constexpr (names_identity<Data>)
      make_room(pending_.identities.all, 1);
    auto& all = pending_.operations;
    make_room(all, next.size());
    if constexpr (copies_ahead)
      try {
        for (const auto& one : next)
          all.push_back(one);
      } catch (...) {
        unstage();
        throw;
      }
  }

  /// Accepts the first of the operations that were staged, and forgets the others. They are the run
  /// `next`, submitted by `who`, and become the next versions.
  void commit(const run& next, const identity_ptr<Data>& who,
              std::span<const operation> accepted) noexcept {
    auto& all = pending_.operations;
    committed_ += accepted.size();
    if constexpr (copies_ahead)
      unstage();
    else
      all.insert(all.end(), accepted.begin(), accepted.end());
    if (accepted.empty())
      return;
    if (next.by != latest_.by)
      latest_ = {next.by, version() + 1};
    pending_.bytes += amount_of(accepted).bytes;
    append(pending_, next, who);
  }

  /// The last version that somebody else than `by` has made.
  [[nodiscard]] libsync::version latest_not_by(client_id by) const noexcept {
    return by == latest_.by ? latest_.since - 1 : version();
  }
  [[nodiscard]] latest_submitter latest() const noexcept { return latest_; }

  /// Ends the pending batch, keeps it, and returns it to be sent; then call `trim`.
  batch_ptr<Data> cut() {
    pending_.epoch = epoch_;
    auto sent = log_.append(std::move(pending_));
    start_at(sent->last + 1);
    return sent;
  }

  /// Keeps a batch that another server has cut, and that leads on from the latest version. Nothing
  /// may be pending.
  void adopt(batch_ptr<Data> sent) {
    const auto last = sent->last;
    log_.adopt(std::move(sent));
    start_at(last + 1);
  }

  /// Lets go what is kept beyond the limit, and calls `let_go(batch)` before, if it is given.
  void trim() noexcept { log_.trim(); }
  template <class LetGo>
  void trim(LetGo let_go) noexcept {
    log_.trim(std::move(let_go));
  }

  /// Returns the batches that lead on from version `known` of `epoch` to the last one that was cut,
  /// or nothing where they do not or are no longer kept.
  [[nodiscard]] std::optional<std::vector<batch_ptr<Data>>> since(epoch_id epoch,
                                                                  libsync::version known) const {
    if (epoch != epoch_ || known > cut_at())
      return std::nullopt;
    if (known == cut_at())
      return std::vector<batch_ptr<Data>>{};
    return log_.since(known);
  }

  /// Answers a reader of the log, which gets what was cut into batches.
  [[nodiscard]] log_part<Data> part_after(const log_request& what) const {
    log_part<Data> part{epoch_, cut_at(), what.after, what.to, std::nullopt, {}};
    const bool is_known = what.epoch == epoch_ || what.epoch == epoch_id::none;
    if (is_known && what.after >= std::min(cut_at(), what.to))
      return part;
    auto found = is_known ? log_.part_after(what.after, what.most) : std::nullopt;
    if (found)
      part.batches = *std::move(found);
    else
      part.truncated_at = log_.begins_after().value_or(cut_at());
    return part;
  }

  /// Forgets all submissions and begins an epoch, which is a version of its own: the next one.
  void begin(epoch_id next) noexcept {
    epoch_ = next;
    latest_ = {client_id::server, version() + 1};
    start_at(latest_.since + 1);
    log_.clear();
  }

  /// Goes on with an epoch at a version, to which `newest` have led. If it throws, nothing is
  /// changed.
  void restore(epoch_id epoch, libsync::version last, const std::vector<batch_ptr<Data>>& newest,
               latest_submitter latest) {
    auto log = log_;
    log.clear();
    for (const auto& one : newest)
      log.adopt(one);
    log_ = std::move(log);
    epoch_ = epoch;
    latest_ = latest;
    start_at(last + 1);
  }

private:
  void start_at(libsync::version first) noexcept {
    pending_ = {};
    pending_.first = first;
    pending_.last = first - 1;
    committed_ = 0;
  }

  void unstage() noexcept {
    while (pending_.operations.size() > committed_)
      pending_.operations.pop_back();
  }

  // Doubles, where more is needed: `reserve` alone would grow by just as much as it is told.
  template <class T>
  static void make_room(std::vector<T>& in, std::size_t more) {
    if (in.capacity() - in.size() < more)
      in.reserve(std::max(in.size() + more, 2 * in.capacity()));
  }

  epoch_id epoch_;
  batch<Data> pending_;
  // What of the operations is accepted; the others are staged.
  std::size_t committed_ = 0;
  batch_log<Data> log_;
  latest_submitter latest_;
};

} // namespace libsync::detail
