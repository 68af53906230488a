#pragma once

/// A client of a simulated network: a replica, its link, and what it checks.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "libsync/change.hpp"
#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/receipt.hpp"
#include "libsync/size_of.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/submission.hpp"

#include "libsync/testing/detail/broken.hpp"
#include "libsync/testing/detail/network/any_replica.hpp"
#include "libsync/testing/detail/network/expected_shown.hpp"
#include "libsync/testing/detail/network/links.hpp"
#include "libsync/testing/detail/network/simulated_undo.hpp"
#include "libsync/testing/digest.hpp"
#include "libsync/testing/receipt_counts.hpp"

namespace libsync::testing::detail {

/// What a client sees of its network.
template <class Data>
class surroundings {
public:
  surroundings() = default;
  surroundings(const surroundings&) = delete;
  surroundings& operator=(const surroundings&) = delete;
  virtual ~surroundings() = default;

  virtual link<Data>& at(std::size_t route) = 0;
  /// A client shows data, or has them at the end of a message.
  virtual void check_data(std::size_t client, version shown, const Data& data) = 0;
  virtual void check_receipt(std::size_t client, submission_number number, const receipt& what) = 0;
  /// What a client wanted to undo first will not be undone.
  virtual void check_not_undone(std::size_t client, const receipt& why) = 0;
  /// An optimistic client shows data, or may show others than before.
  virtual void check_shown(std::size_t client) = 0;
  /// A client is being called by its replica, and may call it back.
  virtual void within(std::size_t client) = 0;
};

/// A replica with its checks; also the sink that the replica talks to.
template <class Data>
class simulated_replica {
public:
  using operation = typename Data::operation;

  simulated_replica(surroundings<Data>& in, std::size_t index, const limits& bounds,
                    bool is_observing, replica_kind kind, const identity_ptr<Data>& who,
                    bool undoes)
      : index(index), replica(bounds, kind, who), shown(who), in_(in), bounds_(bounds),
        is_observing_(is_observing) {
    if (auto* const client = replica.as_optimistic(); client != nullptr && undoes)
      undo.start(*client);
  }

  // What its replica calls.

  void send(const join_request& request) {
    unacknowledged_ = {};
    up(request);
  }
  void send(const parcel_ptr<Data>& parcel) {
    require(!is_dead, "client ", index, " is dead, and sends");
    require(parcel->count == 1 ||
                amount_of(std::span{parcel->operations}).within(bounds_.of_parcel()),
            "client ", index, " sends a parcel that is larger than its limit");
    up(parcel);
  }
  void send_leave() { up(leave_message{}); }
  void send_acknowledgement(version latest) {
    unacknowledged_ = {};
    up(latest);
  }

  void accepted(submission_number first, std::size_t count, version made) {
    for (std::size_t i = 0; i < count; ++i)
      check_receipt(first + i, receipt::accepted(made + i));
    in_.within(index);
  }
  void settled(submission_number number, const receipt& what) {
    check_receipt(number, what);
    in_.within(index);
  }
  [[nodiscard]] bool observes() const { return is_observing_; }
  void changed(const change<Data>& what) {
    changed(what.version, what.operations.empty(), what.data);
  }
  void changed(const snapshot<Data>& what) { changed(what.version, true, *what.data); }
  void diverged(version at_work, const operation&, const reason& why) {
    fail("client ", index, " refuses what was accepted as version ", at_work, ": ", why);
  }

  // What its network calls.

  /// Submits, and checks what the replica says of it.
  void submit(submission<Data> one) {
    const auto size = amount_of(one);
    const auto expected = replica.next();
    ++counts.submitted;
    if (replica.is_optimistic())
      shown.submit(expected, one);
    undo.expect(expected);
    if (const auto taken = hand_over(std::move(one))) {
      require(*taken == expected, "client ", index, ": submission ", *taken, " follows ",
              expected - 1);
      return check_shown();
    } else {
      const auto& why_not = taken.failure();
      counts.count(why_not.what);
      undo.expect_no_more(expected);
      if (why_not.what == receipt::kind::refused)
        require(!size.within(bounds_.of_submission()) &&
                    why_not.reason.text().starts_with("a submission of "),
                "client ", index, " does not take a submission: ", why_not.reason);
      else
        require(why_not.what == receipt::kind::overloaded && replica.room() == 0, "client ", index,
                " does not take a submission, although there is room: ", why_not);
    }
  }

  /// Undoes its newest step, or does again what it has undone, now or later.
  void go_back(bool redo) {
    if constexpr (invertible<Data>) {
      if (const auto why = undo.ask(redo); !why.empty())
        in_.check_not_undone(index, receipt::refused(why));
      go_on();
    }
  }
  /// Undoes what was asked for, as far as that can be done now.
  void go_on() {
    if constexpr (invertible<Data>) {
      auto* const client = replica.as_optimistic();
      if (!undo.is_on())
        return;
      while (undo.can_go_on(*client)) {
        const auto why = undo.carry_out([&](submission<Data> one) {
          shown.submit(replica.next(), one);
          auto taken = client->push(std::move(one));
          counts.submitted += taken ? 1 : 0;
          return taken;
        });
        if (why)
          in_.check_not_undone(index, *why);
      }
      replica.pump(*this);
      check_shown();
    }
  }

  /// Takes a batch, and acknowledges at least four times within the lag that it is allowed.
  void receive(const batch_ptr<Data>& what) {
    if (replica.joined())
      unacknowledged_ = unacknowledged_ + amount_of(*what);
    replica.receive(what, *this);
    const bool is_due = unacknowledged_.operations > bounds_.lag / 4 ||
                        unacknowledged_.bytes > bounds_.lag_bytes / 4;
    require(!is_due || !replica.joined(), "client ", index, " does not acknowledge ",
            unacknowledged_.operations, " operations of ", unacknowledged_.bytes, " bytes");
  }

  void answer(const digest_wanted<Data>& what) { up(replica.answer(what)); }

  void check_copy() {
    if (is_dead)
      return;
    require(replica.undecided() <= bounds_.outbox, "client ", index, " has ", replica.undecided(),
            " submissions in its outbox, whose limit is ", bounds_.outbox);
    // Until it has joined the next server it shows what the one before made.
    if (replica.has_data() && knows_server())
      replica.read_confirmed(
          [this](const Data& data) { in_.check_data(index, replica.version(), data); });
    check_shown();
  }

  /// The server is replaced by another, which has other versions.
  void lose_server() {
    lost_ = replica.epoch();
    last_shown_ = 0;
    shown.forget_confirmed();
    undo.forget_versions();
  }
  /// Whether its versions are those of the server.
  [[nodiscard]] bool knows_server() const { return replica.epoch() != lost_; }

  /// Nothing more is told.
  void die() { is_dead = is_silent = true; }

  /// What became of its submissions nobody knows.
  void crash() {
    die();
    counts.unknown += counts.waiting();
  }

  [[nodiscard]] bool lives() const { return !is_dead && !replica.closed(); }

  const std::size_t index;
  bool is_dead = false;
  bool is_frozen = false;
  /// It has claimed the id of another client.
  bool has_forged = false;
  std::size_t route = links<Data>::none;
  simulated_undo<Data> undo;
  any_replica<Data> replica;
  receipt_counts counts;
  expected_shown<Data> shown;

private:
  result<submission_number, receipt> hand_over(submission<Data> one) {
    if constexpr (invertible<Data>)
      if (undo.is_on())
        return undo.submit(*replica.as_optimistic(), std::move(one), *this);
    return replica.submit(std::move(one), *this);
  }

  void check_shown() {
    if (replica.is_optimistic() && replica.has_data() && knows_server())
      in_.check_shown(index);
  }

  void up(to_server<Data> what) {
    if (auto& over = in_.at(route); !over.is_stale && !over.is_cut)
      over.up.all.push_back(std::move(what));
    check_shown();
    in_.within(index);
  }

  void changed(version shown, bool is_snapshot, const Data& data) {
    require(!is_silent && (replica.joined() || (replica.is_optimistic() && !replica.away())),
            "client ", index, " is told of a change after it has left or closed");
    if (knows_server()) {
      require(is_snapshot ? shown >= last_shown_ : shown == last_shown_ + 1, "client ", index,
              " shows version ", shown, " after version ", last_shown_);
      last_shown_ = shown;
    }
    if (!replica.is_optimistic())
      in_.check_data(index, shown, data);
    check_shown();
    in_.within(index);
  }

  void check_receipt(submission_number number, const receipt& what) {
    require(!is_silent, "client ", index, " hears of a receipt after it has closed");
    require(number == last_settled_ + 1, "client ", index, " has the receipt of submission ",
            number, " after that of submission ", last_settled_);
    last_settled_ = number;
    require(counts.count(what.what), "client ", index, " is told `undecided`");
    require(!what.is_accepted() || replica.version() >= what.version, "client ", index,
            ": submission ", number, " is accepted as version ", what.version,
            ", but the copy shows version ", replica.version());
    check_shown();
    in_.check_receipt(index, number, what);
  }

  surroundings<Data>& in_;
  const limits bounds_;
  const bool is_observing_;
  bool is_silent = false;
  amount unacknowledged_; // of what came since it joined
  submission_number last_settled_ = 0;
  version last_shown_ = 0;
  std::optional<epoch_id> lost_;
};

} // namespace libsync::testing::detail
