#pragma once

/// A server's side of its journal, if it has one.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/server/any_server.hpp"
#include "libsync/actors/detail/server/any_server_journal.hpp"
#include "libsync/actors/detail/server/held_outlet.hpp"
#include "libsync/actors/detail/server/journal_desk.hpp"

#include "libsync/detail/server/insides.hpp"
#include "libsync/detail/server/recorder.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/effects.hpp"
#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/log.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/reason.hpp"
#include "libsync/receipt.hpp"
#include "libsync/sequencer.hpp"
#include "libsync/size_of.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/stored_state.hpp"

namespace libsync::detail {

/// Writes down what a sequencer decides, and holds back what is said about it. One record is on its
/// way to the journal, while the next one gathers.
///
/// If a record cannot be written, nothing may be submitted any more, until one can. At the level
/// `synced` what was decided meanwhile is taken back, once the journal was read. Submitters of what
/// is surely not written are told at once, others when it was read. At the level
/// `relaxed` others know of it, so the same record is tried again and again.
template <class Data>
class server_journal final : public any_server_journal<Data> {
public:
  using base = any_server_journal<Data>;
  using order = typename base::order;
  using beginning = typename base::beginning;
  using unheard_join = typename base::unheard_join;

  server_journal(caf::actor_system& system, std::unique_ptr<any_journal<Data>> opened,
                 durability level, const limits& bounds)
      : bounds_(bounds), level_(level), opened_(std::move(opened)), system_(system) {}

  // The last records are written, and the next server goes on with the epoch. Not where they could
  // not be written: nobody has heard of them, or a new epoch begins.
  ~server_journal() override {
    if (!desk_ || !why_closed_.empty())
      return;
    try {
      desk_->close(writer_, recorder_.has_record() ? take() : nullptr);
    } catch (...) { // then it ends as if the process had been killed
    }
  }

  beginning begin(order& it) override {
    auto how = beginning::anew;
    if (auto stored = opened_->load(bounds_.of_log())) {
      how = stored->may_lack_versions ? beginning::in_another_epoch : beginning::where_it_ended;
      recorder_.restore(it, *std::move(stored));
    } else if (recorder_.gather(it, true)) {
      opened_->write(*take());
    }
    note_written(it.epoch(), it.version());
    wants_data_ = opened_->wants_data();
    dropped_ = reason{opened_->dropped()};
    desk_ = shared<journal_desk<Data>>(std::move(opened_));
    writer_ = spawn_journal_writer(system_, desk_);
    return how;
  }

  // Effects that wait to be run are handed over again in each life.
  void serve(const actor_address& by) noexcept override {
    outlet_.held().forget([](const auto& one) { return std::holds_alternative<effect_key>(one); });
    desk_->serve(by);
  }

  [[nodiscard]] server_outlet& outlet() noexcept override { return outlet_; }

  void note(const batch_ptr<Data>& sent) override {
    unwritten_ = unwritten_ + amount_of(*sent);
    recorder_.note(sent);
  }
  void note(client_id joined) override { recorder_.note(joined); }
  void note_done(const effect_key& key) override { recorder_.note_done(key); }

  [[nodiscard]] bool holds(const effect_key& key) override {
    if (std::exchange(running_, false))
      return false;
    outlet_.held().hold(key);
    return true;
  }

  void settle(order& it, server_outlet& out,
              const std::function<void(const effect_key&)>& run) override {
    out.flush_wanted = std::exchange(outlet_.flush_wanted, false) || out.flush_wanted;
    if (is_lost_)
      return let_refusals_out(it, out); // all else will be taken back
    if (insides::ledger(it).accepted().has_pending())
      return let_out(out, run); // the rest waits for the flush, which comes soon
    recorder_.gather(it, why_closed_.empty() && std::exchange(wants_data_, false));
    if (recorder_.begins_epoch())
      begins_epoch_ = next_;
    outlet_.held().seal(awaited());
    let_out(out, run);
    if (!in_flight_ && why_closed_.empty() && recorder_.has_record())
      write(take());
  }

  [[nodiscard]] std::vector<unheard_join> hear(order& it, timestamp now,
                                               server_outlet& out) override {
    auto told = in_flight_ ? desk_->take() : std::nullopt;
    if (!told)
      return {};
    in_flight_ = false;
    if (told->stored)
      return take_back(it, now, *std::move(told->stored), out);
    if (told->why.empty())
      succeed(it, *told);
    else
      fail(it, now, *told);
    return {};
  }

  [[nodiscard]] const reason& why_closed() const noexcept override { return why_closed_; }
  [[nodiscard]] const reason& dropped() const noexcept override { return dropped_; }
  [[nodiscard]] timestamp retry_time() const noexcept override {
    // While one is in flight, a report is to come, which wakes the server.
    return in_flight_ ? any_server::no_timer : retry_;
  }
  void retry(order& it, timestamp now) override {
    if (why_closed_.empty() || in_flight_ || now < retry_)
      return;
    if (is_lost_) {
      desk_->read(writer_, bounds_.of_log());
      in_flight_ = true;
    } else if (failed_) {
      write(failed_);
      failed_ = nullptr;
    } else {
      recorder_.gather_anyway(it);
      write(take());
    }
  }

private:
  using record_ptr = typename journal_desk<Data>::record_ptr;

  static constexpr timestamp first_pause = 100;
  static constexpr timestamp longest_pause = 2'000;

  // The record that must be written before anybody hears what was said now. Where nothing may be
  // submitted, nothing is decided; but of an epoch that may be taken back nobody must hear.
  [[nodiscard]] std::uint64_t awaited() const noexcept {
    if (level_ == durability::relaxed && unwritten_.within(bounds_.of_log()))
      return written_;
    if (!why_closed_.empty())
      return std::max(written_, begins_epoch_);
    return recorder_.has_record() ? next_ : next_ - 1;
  }

  [[nodiscard]] record_ptr take() {
    unwritten_ = {};
    ++next_;
    return shared<const journal_record<Data>>(recorder_.take());
  }

  void write(record_ptr what) {
    desk_->write(writer_, what);
    in_flight_ = true;
    latest_ = std::move(what);
  }

  void let_out(server_outlet& out, const std::function<void(const effect_key&)>& run) {
    outlet_.held().release(written_, [&](held_outlet::message what) {
      if (const auto* sent = std::get_if<held_outlet::sending>(&what))
        return out.send(sent->to, sent->what, sent->content);
      if (auto* told = std::get_if<held_outlet::answering>(&what))
        return out.answer(told->ticket, std::move(told->content));
      running_ = true;
      run(std::get<effect_key>(what));
      running_ = false;
    });
  }

  void succeed(order& it, const typename journal_desk<Data>::report& told) {
    note_written(latest_->epoch, latest_->version);
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
      may_be_written_ = told.wrote_nothing ? written_version_ : failed->version;
      are_refused_ = false;
    }
    retry_ = was_open ? now : now + std::exchange(pause_, std::min(2 * pause_, longest_pause));
  }

  // Whoever has submitted what is surely not written need not wait until the journal can be read.
  // In an epoch that is not written nobody has submitted anything that could be answered.
  void let_refusals_out(order& it, server_outlet& out) {
    if (it.epoch() != written_epoch_)
      return;
    if (!are_refused_)
      recorder_.refuse(it, written_version_, may_be_written_, receipt::refused(why_closed_),
                       [&](const actor_address& to, const reply& told) {
                         out.send(to, server_message::reply, enclose(told));
                       });
    are_refused_ = true;
    outlet_.held().say_early([&](const held_outlet::message& what) {
      if (const auto* answer = std::get_if<held_outlet::answering>(&what))
        return let_refusal_out(*answer, out);
      const auto* sent = std::get_if<held_outlet::sending>(&what);
      if (sent == nullptr || sent->what != server_message::reply)
        return false;
      const auto& told = sent->content.template as<reply>();
      if (accepts_some(told, written_version_, it.version()))
        return false;
      out.send(sent->to, sent->what, enclose(taken_back(told, written_version_, instead_)));
      return true;
    });
  }

  bool let_refusal_out(const held_outlet::answering& answer, server_outlet& out) {
    if (!answer.content.template holds<outcome>())
      return false;
    const bool is_refused = !answer.content.template as<outcome>();
    if (!is_refused && may_be_written_ != written_version_)
      return false;
    out.answer(answer.ticket, is_refused ? answer.content : enclose(refused(why_closed_)));
    return true;
  }

  void note_written(epoch_id epoch, version latest) noexcept {
    written_ = next_ - 1;
    written_epoch_ = epoch;
    written_version_ = latest;
  }

  std::vector<unheard_join> take_back(order& it, timestamp now, stored_state<Data> stored,
                                      server_outlet& out) {
    const auto unheard = outlet_.held().drop();
    recorder_.roll_back(it, std::move(stored), instead_,
                        [this](const actor_address& to, const suspended& notice) {
                          outlet_.send(to, server_message::suspended, enclose(notice));
                        });
    is_lost_ = false;
    note_written(it.epoch(), it.version());
    unwritten_ = {};
    retry_ = now + pause_;
    std::vector<unheard_join> joined;
    for (const auto& one : unheard)
      if (const auto* answer = std::get_if<held_outlet::answering>(&one))
        answer_anew(it, *answer, out);
      else if (const auto* sent = std::get_if<held_outlet::sending>(&one))
        if (sent->what == server_message::welcome)
          note_join(it, *sent, joined);
    return joined;
  }

  // Whoever has asked gets an answer that holds now.
  void answer_anew(order& it, const held_outlet::answering& before, server_outlet& out) {
    const auto& content = before.content;
    if (content.template holds<outcome>()) {
      out.answer(before.ticket, enclose(refused(why_closed_)));
    } else if (content.template holds<snapshot<Data>>()) {
      out.answer(before.ticket, enclose(it.read()));
    } else if (content.template holds<log_part<Data>>()) {
      auto part = content.template as<log_part<Data>>();
      part.epoch = it.epoch();
      part.latest = it.version();
      part.batches.clear(); // a reader asks again
      out.answer(before.ticket, enclose(std::move(part)));
    } else {
      out.fail(before.ticket);
    }
  }

  // The welcome named a version that is gone; but not if it turned somebody away.
  void note_join(order& it, const held_outlet::sending& sent, std::vector<unheard_join>& into) {
    const auto& before = sent.content.template as<welcome<Data>>();
    if (!before.refused.empty())
      outlet_.send(sent.to, sent.what, sent.content);
    else if (auto request = recorder_.request_of(it, sent.to, before))
      into.push_back({sent.to, *std::move(request)});
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
  epoch_id written_epoch_ = epoch_id::none; // as of that record
  version written_version_ = 0;
  std::uint64_t begins_epoch_ = 0; // the latest one that does
  bool in_flight_ = false;         // one is at the desk, or all is being read
  bool wants_data_ = false;
  bool running_ = false; // an effect that need not wait
  amount unwritten_;
  record_ptr latest_; // which is in flight
  reason dropped_;
  // Where one has failed:
  reason why_closed_;
  receipt instead_;
  version may_be_written_ = 0; // no later one is
  bool is_lost_ = false;       // what was decided since is yet to be taken back
  bool are_refused_ = false;   // as far as that can be told
  record_ptr failed_;          // which is to be tried again
  timestamp retry_ = any_server::no_timer;
  timestamp pause_ = first_pause;
};

} // namespace libsync::detail
