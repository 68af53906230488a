#pragma once

/// A server's side of its journal.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <variant>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/any_server.hpp"
#include "libsync/actors/detail/held_outlet.hpp"
#include "libsync/actors/detail/journal_desk.hpp"

#include "libsync/detail/server/insides.hpp"
#include "libsync/detail/server/recorder.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/effects.hpp"
#include "libsync/ids.hpp"
#include "libsync/journal.hpp"
#include "libsync/limits.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/reason.hpp"
#include "libsync/receipt.hpp"
#include "libsync/sequencer.hpp"
#include "libsync/size_of.hpp"

namespace libsync::detail {

/// Writes down what a sequencer decides, and holds back what is said about it. One record is on its
/// way to the journal, while the next one gathers.
///
/// If a record cannot be written, nothing may be submitted any more, until one can. At the level
/// `synced` what was decided meanwhile is taken back, and its submitters are told. At the level
/// `relaxed` others know of it, so the same record is tried again and again.
template <class Data>
class server_journal {
public:
  using order = sequencer<Data, actor_address>;

  /// Opens the journal. Throws storage_error.
  server_journal(caf::actor_system& system, const journal<Data>& where, const limits& bounds)
      : bounds_(bounds), level_(where.level()), opened_(where.open()), system_(system) {}

  server_journal(const server_journal&) = delete;
  server_journal& operator=(const server_journal&) = delete;

  // The last records are written, and the next server goes on with the epoch. Not where they could
  // not be written: nobody has heard of them, or a new epoch begins.
  ~server_journal() {
    if (!desk_ || !why_closed_.empty())
      return;
    try {
      desk_->close(writer_, recorder_.has_record() ? take() : nullptr);
    } catch (...) { // then it ends as if the process had been killed
    }
  }

  /// What a server begins with.
  enum class beginning { anew, where_it_ended, in_another_epoch };

  /// Lets a sequencer that has decided nothing go on from what is stored, or writes down what it
  /// begins with. Throws storage_error.
  beginning begin(order& it) {
    auto how = beginning::anew;
    if (auto stored = opened_->load(bounds_.of_log())) {
      how = stored->may_lack_versions ? beginning::in_another_epoch : beginning::where_it_ended;
      recorder_.restore(it, *std::move(stored));
    } else if (recorder_.gather(it, true)) {
      opened_->write(*take());
    }
    written_ = next_ - 1;
    wants_data_ = opened_->wants_data();
    desk_ = shared<journal_desk<Data>>(std::move(opened_));
    writer_ = spawn_journal_writer(system_, desk_);
    return how;
  }

  void serve(const actor_address& by) noexcept { desk_->serve(by); }

  /// What is said here waits for what was decided before.
  [[nodiscard]] server_outlet& outlet() noexcept { return outlet_; }

  /// The next record shall tell of these.
  void note(const batch_ptr<Data>& sent) {
    unwritten_ = unwritten_ + amount_of(*sent);
    recorder_.note(sent);
  }
  void note(client_id joined) { recorder_.note(joined); }
  void note_done(const effect_key& key) { recorder_.note_done(key); }

  /// Whether an effect must wait, which is then run by `run` of `settle`.
  [[nodiscard]] bool holds(const effect_key& key) {
    if (std::exchange(running_, false))
      return false;
    outlet_.held().hold(key);
    return true;
  }

  /// Ends each call of the server's: lets out what is written, and gives the next record to the
  /// journal. `run(key)` hands an effect over.
  template <class Run>
  void settle(order& it, server_outlet& out, Run run) {
    out.flush_wanted = std::exchange(outlet_.flush_wanted, false) || out.flush_wanted;
    if (is_lost_)
      return; // all of it will be taken back
    if (insides::ledger(it).accepted().has_pending())
      return let_out(out, run); // the rest waits for the flush, which comes soon
    recorder_.gather(it, why_closed_.empty() && std::exchange(wants_data_, false));
    const bool may_be_told = level_ == durability::relaxed && unwritten_.within(bounds_.of_log());
    const auto last = recorder_.has_record() ? next_ : next_ - 1;
    outlet_.held().seal(may_be_told || !why_closed_.empty() ? written_ : last);
    let_out(out, run);
    if (!in_flight_ && why_closed_.empty() && recorder_.has_record())
      write(take());
  }

  /// Hears what became of a record. If decisions are taken back, whoever waits for an answer gets
  /// none from `to`, the outlet of the server's actor.
  template <class Out>
  void hear(order& it, timestamp now, Out& out, server_outlet& to) {
    auto told = in_flight_ ? desk_->take() : std::nullopt;
    if (!told)
      return;
    in_flight_ = false;
    if (!told->why.empty())
      fail(it, now, *told);
    else if (told->stored)
      take_back(it, now, *std::move(told->stored), out, to);
    else
      succeed(it, *told);
  }

  /// Why nothing may be submitted now; empty if it may.
  [[nodiscard]] const reason& why_closed() const noexcept { return why_closed_; }

  /// When `retry` is to be called, while nothing may be submitted.
  [[nodiscard]] timestamp retry_time() const noexcept { return retry_; }

  /// Tries again what has failed, if it is time.
  void retry(order& it, timestamp now) {
    if (why_closed_.empty() || in_flight_ || now < retry_)
      return;
    if (is_lost_) {
      desk_->read(writer_, bounds_.of_log());
      in_flight_ = true;
    } else if (failed_) {
      write(std::exchange(failed_, nullptr));
    } else {
      recorder_.gather_anyway(it);
      write(take());
    }
  }

private:
  using record_ptr = typename journal_desk<Data>::record_ptr;

  static constexpr timestamp first_pause = 100;
  static constexpr timestamp longest_pause = 2'000;

  [[nodiscard]] record_ptr take() {
    unwritten_ = {};
    ++next_;
    return shared<const journal_record<Data>>(recorder_.take());
  }

  void write(record_ptr what) {
    in_flight_ = true;
    latest_ = what;
    desk_->write(writer_, std::move(what));
  }

  template <class Run>
  void let_out(server_outlet& out, Run run) {
    outlet_.held().release(written_, [&](held_outlet::message what) {
      if (const auto* one = std::get_if<held_outlet::sending>(&what))
        out.send(one->to, one->what, one->content);
      else if (auto* one = std::get_if<held_outlet::answering>(&what))
        out.answer(one->ticket, std::move(one->content));
      else {
        running_ = true;
        run(std::get<effect_key>(what));
        running_ = false;
      }
    });
  }

  void succeed(order& it, const typename journal_desk<Data>::report& told) {
    written_ = next_ - 1;
    wants_data_ = wants_data_ || told.wants_data;
    latest_ = nullptr;
    pause_ = first_pause;
    if (!why_closed_.empty())
      insides::judge(it).close(why_closed_ = {});
  }

  void fail(order& it, timestamp now, const typename journal_desk<Data>::report& told) {
    const bool was_open = why_closed_.empty();
    why_closed_ =
        try_to_say([&] { return reason{"the journal cannot be written: " + told.why}; }, told.why);
    insides::judge(it).close(why_closed_);
    auto failed = std::exchange(latest_, nullptr);
    if (level_ == durability::relaxed || !was_open) {
      failed_ = std::move(failed); // in which there is nothing that could be taken back
    } else {
      is_lost_ = true;
      instead_ = told.wrote_nothing ? receipt::refused(why_closed_) : receipt::unknown(why_closed_);
    }
    retry_ = was_open ? now : now + std::exchange(pause_, std::min(2 * pause_, longest_pause));
  }

  template <class Out>
  void take_back(order& it, timestamp now, stored_state<Data> stored, Out& out, server_outlet& to) {
    const auto unheard = outlet_.held().drop();
    recorder_.roll_back(it, std::move(stored), instead_, out);
    is_lost_ = false;
    written_ = next_ - 1;
    unwritten_ = {};
    retry_ = now + pause_;
    for (const auto& one : unheard)
      if (const auto* answer = std::get_if<held_outlet::answering>(&one))
        to.fail(answer->ticket);
      else if (const auto* sent = std::get_if<held_outlet::sending>(&one))
        if (sent->what == server_message::welcome)
          welcome_again(it, now, *sent, out);
  }

  // Somebody who has joined waits for the welcome, which named a version that is gone.
  template <class Out>
  void welcome_again(order& it, timestamp now, const held_outlet::sending& unheard, Out& out) {
    const auto& before = unheard.content.as<welcome<Data>>();
    if (!before.refused.empty())
      out.send(unheard.to, unheard.content.share<welcome<Data>>());
    else if (const auto request = recorder_.request_of(it, unheard.to, before))
      it.join(unheard.to, *request, now, out);
  }

  const limits bounds_;
  const durability level_;
  recorder<Data, actor_address> recorder_;
  held_outlet outlet_;
  std::unique_ptr<any_journal<Data>> opened_; // until there is a desk
  caf::actor_system& system_;
  std::shared_ptr<journal_desk<Data>> desk_;
  actor_ref writer_;
  // Records are numbered in the order in which they are taken.
  std::uint64_t next_ = 1;
  std::uint64_t written_ = 0;
  bool in_flight_ = false; // one is at the desk, or all is being read
  bool wants_data_ = false;
  bool running_ = false; // an effect that need not wait
  amount unwritten_;
  record_ptr latest_; // which is in flight
  // Where one has failed:
  reason why_closed_;
  receipt instead_;
  bool is_lost_ = false; // what was decided since is yet to be taken back
  record_ptr failed_;    // which is to be tried again
  timestamp retry_ = any_server::no_timer;
  timestamp pause_ = first_pause;
};

} // namespace libsync::detail
