#pragma once

/// An optimistic client's data, as its replica uses them.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/change.hpp"
#include "libsync/detail/client/confirmed_copy.hpp"
#include "libsync/detail/client/due_receipts.hpp"
#include "libsync/detail/client/optimistic_copy.hpp"
#include "libsync/detail/client/shared_optimistic_copy.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/identity.hpp"
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
  using type = shared_optimistic_copy<Data>;
};

/// What is shown, with the version of what is confirmed.
template <class Data>
class confirmed_copy<Data, optimistic> {
public:
  using operation = typename Data::operation;
  using applied = typename optimistic_copy<Data>::applied;

  explicit confirmed_copy(std::shared_ptr<shared_optimistic_copy<Data>> copy)
      : copy_(copy ? std::move(copy) : shared<shared_optimistic_copy<Data>>()) {}

  [[nodiscard]] bool has_data() const noexcept { return copy_->has_data(); }
  [[nodiscard]] const Data& data() const noexcept { return copy_->shown(); }
  [[nodiscard]] libsync::version version() const noexcept { return copy_->version(); }
  [[nodiscard]] libsync::version since() const noexcept { return copy_->since(); }
  [[nodiscard]] snapshot<Data> read() { return copy_->snapshot(); }
  [[nodiscard]] snapshot<Data> confirmed() const { return copy_->confirmed(); }
  [[nodiscard]] std::vector<pending_submission> pending() const { return copy_->pending(); }

  /// What the outbox is about to take, taken before that. It is taken back, unless it is kept.
  class [[nodiscard]] staged {
  public:
    template <class Submission>
    staged(confirmed_copy& to, const Submission& what, submission_number number)
        : copy_(*to.copy_), number_(number), count_(count_of(what)) {
      copy_.absorb();
      if constexpr (std::is_same_v<Submission, parcel<Data>>) {
        if (copy_.is_fed())
          count_ = 0; // it came early
        else
          copy_.add([&](auto& it) { it.take_early(what); });
      } else {
        copy_.add([&](auto& it) { take(it, what); });
      }
    }
    staged(const staged&) = delete;
    staged& operator=(const staged&) = delete;
    ~staged() {
      if (count_ != 0)
        copy_.change([&](auto& it) { it.erase(number_, count_); });
    }

    void keep() noexcept { count_ = 0; }

  private:
    static std::size_t count_of(const parcel<Data>& all) noexcept { return all.count; }
    template <class Submission>
    static std::size_t count_of(const Submission&) noexcept {
      return 1;
    }
    void take(optimistic_copy<Data>& it, const operation& op) {
      it.insert(number_, {&op, 1}, std::nullopt);
    }
    void take(optimistic_copy<Data>& it, const submission<Data>& one) {
      const auto* all = std::get_if<transaction<Data>>(&one.what);
      if (all == nullptr)
        it.insert(number_, {&std::get<operation>(one.what), 1}, one.unchanged_since);
      else
        it.insert(number_, all->operations(), one.unchanged_since);
    }

    shared_optimistic_copy<Data>& copy_;
    submission_number number_;
    std::size_t count_;
  };

  void record(own_record<Data>* to) {
    copy_->change([to](auto& it) { it.record(to); });
  }

  /// It is a member under this name.
  void enter(client_id as, identity_ptr<Data> who) noexcept {
    if (std::exchange(name_, as) != as)
      copy_->change([&](auto& it) { it.enter(as, std::move(who)); });
  }

  /// Replaces the confirmed data, once `follow` says which submissions they have.
  void take(snapshot<Data> from) noexcept { arriving_ = std::move(from); }

  /// Those before `unsettled` have their receipts.
  applied follow(submission_number unsettled) noexcept {
    applied done;
    if (arriving_.data)
      copy_->change([&](auto& it) { it.take(std::exchange(arriving_, {}), unsettled); });
    else
      done = copy_->settle(unsettled);
    return done;
  }

  /// Applies a batch and calls `settle(decision)` for what is of `me`. `due` gets room for these.
  template <class Settle>
  applied apply_all(const batch_ptr<Data>& from, client_id me, due_receipts& due, Settle settle) {
    due.make_room(from->runs.size());
    auto done = copy_->change([&](auto& it) { return it.apply(*from, me); });
    if (done.refused == nullptr)
      settle_own(*from, me, settle);
    return done;
  }

  /// How often what is shown, or its version, has changed.
  [[nodiscard]] std::uint64_t changes() const noexcept { return copy_->changes(); }
  /// Whether it has since this was asked last.
  [[nodiscard]] bool take_news() noexcept {
    const auto now = changes();
    return std::exchange(told_, now) != now;
  }

  /// Calls `f(const change<Data>&)` with what is shown, which stays as it is meanwhile.
  template <class Function>
  void present(Function f) const {
    const typename shared_optimistic_copy<Data>::staying now{*copy_};
    f(change<Data>{{version(), client_id::server, 0, 0, {}}, data()});
  }

private:
  std::shared_ptr<shared_optimistic_copy<Data>> copy_;
  snapshot<Data> arriving_;
  client_id name_{};
  std::uint64_t told_ = 0; // the changes that were told
};

} // namespace libsync::detail
