#pragma once

/// An optimistic client's data, as its replica uses them.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/change.hpp"
#include "libsync/detail/client/confirmed_copy.hpp"
#include "libsync/detail/client/due_receipts.hpp"
#include "libsync/detail/client/optimistic_copy.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/ids.hpp"
#include "libsync/pending.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/receipt.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/submission.hpp"

namespace libsync::detail {

template <class Data>
struct copy_of<Data, optimistic> {
  using type = optimistic_copy<Data>;
};

/// What is shown, with the version of what is confirmed.
template <class Data>
class confirmed_copy<Data, optimistic> {
public:
  using operation = typename Data::operation;
  using applied = typename optimistic_copy<Data>::applied;

  explicit confirmed_copy(std::shared_ptr<optimistic_copy<Data>> copy)
      : copy_(copy ? std::move(copy) : shared<optimistic_copy<Data>>()) {}

  [[nodiscard]] bool has_data() const noexcept { return copy_->has_data(); }
  [[nodiscard]] const Data& data() const noexcept { return copy_->shown(); }
  [[nodiscard]] libsync::version version() const noexcept { return copy_->version(); }
  [[nodiscard]] libsync::version since() const noexcept { return copy_->since(); }
  [[nodiscard]] snapshot<Data> read() { return {copy_->epoch(), version(), copy_->share()}; }
  [[nodiscard]] snapshot<Data> confirmed() const {
    return {copy_->epoch(), version(), copy_->confirmed()};
  }
  [[nodiscard]] std::vector<pending_submission> pending() const { return copy_->pending().list(); }

  [[nodiscard]] std::optional<libsync::version> known() const noexcept {
    return has_data() ? std::optional{version()} : std::nullopt;
  }
  [[nodiscard]] change<Data> replaced() const {
    return {{version(), client_id::server, 0, 0, {}}, data()};
  }
  template <class Apply>
  bool lead_on(const std::vector<batch_ptr<Data>>& missed, Apply apply) {
    for (const auto& one : missed)
      if (!apply(one))
        return false;
    return true;
  }

  /// What the outbox is about to take, staged meanwhile. It is taken back, unless it is shown.
  class [[nodiscard]] staged {
  public:
    template <class Submission>
    staged(confirmed_copy& to, const Submission& what) : to_(to), from_(to.copy_->pending().end()) {
      try {
        to.stage_each(what);
      } catch (...) {
        take_back();
        throw;
      }
    }
    staged(const staged&) = delete;
    staged& operator=(const staged&) = delete;
    ~staged() { take_back(); }

    /// The outbox has taken it.
    void show() noexcept {
      to_.copy_->show_from(from_);
      from_ = to_.copy_->pending().end();
      to_.is_new_ = true;
    }

  private:
    void take_back() noexcept {
      to_.copy_->take_back(static_cast<std::size_t>(to_.copy_->pending().end() - from_));
    }

    confirmed_copy& to_;
    submission_number from_;
  };

  /// It is a member under this name.
  void enter(client_id as) noexcept {
    if (std::exchange(name_, as) != as)
      copy_->forget_name();
  }

  /// Replaces the confirmed data, once `follow` says which submissions they have.
  void take(snapshot<Data> from) noexcept { arriving_ = std::move(from); }

  /// Those before `unsettled` have their receipts.
  applied follow(submission_number unsettled) noexcept {
    if (arriving_.data) {
      copy_->take(std::exchange(arriving_, {}), unsettled);
      is_new_ = true;
      return {};
    }
    if (unsettled == copy_->pending().first())
      return {};
    is_new_ = is_new_ || copy_->pending().is_shown_before(unsettled);
    return copy_->settle(unsettled);
  }

  /// Applies a batch and calls `settle(decision)` for what is of `me`. `due` gets room for these.
  template <class Settle>
  applied apply_all(const batch_ptr<Data>& from, client_id me, due_receipts& due, Settle settle) {
    due.make_room(from->runs.size());
    auto done = copy_->apply(*from, me);
    is_new_ = true;
    if (done.refused == nullptr)
      settle_own(*from, me, settle);
    return done;
  }

  /// Whether what is shown, or its version, has changed since this was asked last.
  [[nodiscard]] bool take_news() noexcept { return std::exchange(is_new_, false); }

private:
  void stage_each(const operation& op) { copy_->stage({&op, 1}, std::nullopt); }
  void stage_each(const submission<Data>& one) {
    if (const auto* all = std::get_if<transaction<Data>>(&one.what))
      copy_->stage(all->operations(), one.unchanged_since);
    else
      copy_->stage({&std::get<operation>(one.what), 1}, one.unchanged_since);
  }
  void stage_each(const parcel<Data>& several) {
    for_each_group(several, several.first, [this](const parcel_group<Data>& next) {
      if (next.how != nullptr)
        copy_->stage(next.operations, next.how->unchanged_since);
      else
        for (const operation& op : next.operations)
          stage_each(op);
    });
  }

  std::shared_ptr<optimistic_copy<Data>> copy_;
  snapshot<Data> arriving_;
  client_id name_{};
  bool is_new_ = false;
};

} // namespace libsync::detail
