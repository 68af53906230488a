#pragma once

/// The typed face of a server: a sequencer behind `any_server`.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "libsync/actors/detail/compiled.hpp"
#include "libsync/actors/detail/server/any_server.hpp"
#include "libsync/actors/detail/server/any_server_journal.hpp"
#include "libsync/actors/detail/server/member_messages.hpp"
#include "libsync/actors/detail/server/server_effects.hpp"
#include "libsync/actors/detail/server/server_presence.hpp"
#include "libsync/actors/detail/server/server_rules.hpp"
#include "libsync/actors/server_options.hpp"
#include "libsync/actors/timetable.hpp"

#include "libsync/auditor.hpp"
#include "libsync/change.hpp"
#include "libsync/context.hpp"
#include "libsync/detail/server/log_followers.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/digest.hpp"
#include "libsync/effects.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/audit.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/log.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/reason.hpp"
#include "libsync/result.hpp"
#include "libsync/sequencer.hpp"
#include "libsync/snapshot.hpp"

namespace libsync::detail {

/// A sequencer and the functions that it was given.
template <class Data>
class typed_server final : public any_server {
public:
  using operation = typename Data::operation;

  typed_server(Data initial, server_options<Data> how)
      : options_(std::move(how)),
        order_(std::move(initial),
               options_.epoch == epoch_id::none ? random_epoch() : options_.epoch, options_.bounds,
               rules_of(options_, calls_), options_.check),
        presence_(options_.presence_pause), effects_(options_, calls_) {
    inject_fault = options_.inject_fault;
    if (options_.keep_checkpoint)
      order_.keep_checkpoint();
  }

  typed_server(const typed_server&) = delete;
  typed_server& operator=(const typed_server&) = delete;

  void join(const actor_address& by, const join_request& request, server_outlet& to) override {
    sink out{*this, outlet(to)};
    order_.join(by, request, server_time(), out);
  }
  void leave(const actor_address& by, server_outlet& to) override {
    sink out{*this, outlet(to)};
    order_.leave(by, server_time(), out);
    presence_.notice();
  }
  void submit(const actor_address& by, const envelope& what, server_outlet& to) override {
    sink out{*this, outlet(to)};
    order_.submit(by, what.as<parcel<Data>>(), server_time(), out);
  }
  void acknowledge(const actor_address& by, version latest, server_outlet& to) override {
    sink out{*this, outlet(to)};
    order_.acknowledge(by, latest, out);
  }
  void flush(server_outlet& to) override {
    sink out{*this, outlet(to)};
    order_.flush(out);
  }
  void serve(const actor_address& by) override {
    effects_.serve(by);
    if (journal_)
      journal_->serve(by);
  }
  void hear_reports(server_outlet& to) override {
    sink out{*this, outlet(to)};
    if (journal_)
      for (const auto& [by, request] : journal_->hear(order_, server_time(), to))
        order_.join(by, request, server_time(), out);
    effects_.hear(
        order_, [&](const effect_key& key) { order_.run_again(key, out); },
        [&](const effect_key& key) { done(key); },
        [&](const effect_key& key, const std::optional<operation>& instead) {
          done(key);
          order_.submit_own(instead, server_time(), out);
        });
  }
  void resume(server_outlet& to) override {
    begin_life(); // what was asked of the server before ends with it
    sink out{*this, outlet(to)};
    order_.resume(out);
    hear_reports(to);
  }
  void begin_epoch(server_outlet& to) override {
    begin_life();
    presence_.clear();
    sink out{*this, outlet(to)};
    order_.begin_epoch(random_epoch(), server_time(), out);
    hear_reports(to);
  }
  [[nodiscard]] envelope read(std::uint64_t) override { return enclose(order_.read()); }
  [[nodiscard]] server_status status() const override {
    return {order_.epoch(),
            order_.version(),
            order_.members(),
            order_.absent(),
            order_.counters(),
            order_.waiting_effects(),
            lives,
            calls_.thrown(),
            journal_ ? journal_->why_closed() : reason{},
            journal_ ? journal_->dropped() : reason{}};
  }
  [[nodiscard]] envelope begin_audit(const envelope& make, server_outlet& to) override {
    if (!make.holds<digest_function<Data>>())
      return enclose(answers::failed("the digest is one of other data"));
    if (!auditor_)
      auditor_ = std::make_unique<auditing>();
    sink out{*this, outlet(to)};
    auto why_not = auditor_->begin(order_, make.as<digest_function<Data>>(), out);
    return why_not.empty() ? envelope{} : enclose(answers::failed(std::move(why_not)));
  }
  [[nodiscard]] bool hear_presence(const actor_address& by, const envelope& what,
                                   server_outlet& to) override {
    sink out{*this, outlet(to)}; // which notes when the next round is due
    const bool is_one = presence_.receive(by, what, order_);
    presence_.round(order_, outlet(to));
    return is_one;
  }
  void hear_digest(const actor_address& by, const digest_told& what) override {
    if (auditor_)
      auditor_->receive(by, what);
  }
  [[nodiscard]] envelope take_audit() override {
    auto done = auditor_ ? auditor_->take(order_) : std::nullopt;
    return done ? enclose(answers{std::move(*done)}) : envelope{};
  }
  [[nodiscard]] envelope set_timer(const envelope& wish, server_outlet& to) override {
    if (!wish.holds<timer_request<Data>>())
      return enclose(refused("the operation is one of other data"_reason));
    sink out{*this, outlet(to)}; // which notes when the next one is due
    return enclose(set_timer(wish.as<timer_request<Data>>()));
  }
  void fire(server_outlet& to) override {
    sink out{*this, outlet(to)};
    if (is_open())
      order_.fire(server_time(), out);
    else
      journal_->retry(order_, server_time());
    presence_.round(order_, outlet(to));
  }
  [[nodiscard]] envelope read_log(std::uint64_t ticket, const log_request& what,
                                  server_outlet& to) override {
    sink out{*this, outlet(to)};
    order_.flush(out); // so that all that is decided can be read
    auto told = readers_.ask(ticket, what, order_);
    return told ? enclose(*std::move(told)) : envelope{};
  }
  void answer(std::uint64_t ticket, envelope what, server_outlet& to) override {
    outlet(to).answer(ticket, std::move(what));
  }
  void settle(server_outlet& to) override {
    journal_->settle(order_, to, [&](const effect_key& key) {
      sink out{*this, journal_->outlet()};
      order_.run_again(key, out);
    });
  }
  void forget_reader(std::uint64_t ticket) noexcept override { readers_.forget(ticket); }
  void for_each_member(const std::function<void(const actor_address&)>& visit) override {
    order_.for_each_member(visit);
  }
  [[nodiscard]] bool suits(const envelope& what) const noexcept override {
    return what.holds<parcel<Data>>();
  }

  /// Lets the server go on from its journal, if there is one. Throws storage_error.
  void open_journal(caf::actor_system& system) {
    if (!options_.journal)
      return;
    journal_ = options_.journal.open(system, options_.bounds);
    const auto how = journal_->begin(order_);
    has_journal = true;
    goes_on = how != any_server_journal<Data>::beginning::anew;
    inside = how == any_server_journal<Data>::beginning::in_another_epoch;
  }

private:
  using auditing = auditor<Data, actor_address>;
  using answers = result<typename auditing::answers>;

  // What the sequencer hands out, as messages and calls.
  struct sink {
    using proven = void; // the library itself instantiates it
    typed_server& self;
    server_outlet& out;

    ~sink() { self.tend_timers(); }

    void send(const actor_address& to, const welcome_ptr<Data>& what) {
      self.messages_.send(out, to, what);
      if (!what->refused.empty())
        return;
      self.presence_.join(to);
      if (self.journal_)
        self.journal_->note(what->you);
    }
    void send(const actor_address& to, const batch_ptr<Data>& what) {
      self.messages_.send(out, to, what);
    }
    void send(const actor_address& to, const reply_ptr& what) {
      self.messages_.send(out, to, what);
    }
    void send(const actor_address& to, const snapshot<Data>& what) {
      self.messages_.send(out, to, what);
    }
    void send(const actor_address& to, const suspended& what) {
      self.messages_.send(out, to, what);
      self.presence_.notice();
    }
    void send(const actor_address& to, const digest_wanted_ptr<Data>& what) {
      out.send(to, server_message::digest, envelope{what});
    }
    void ask_for_flush() { out.flush_wanted = true; }
    bool run(const effect_key& key, const typename effects<Data>::effect& what) {
      if (!self.effects_.are_run())
        return true; // there is no handler
      if (self.journal_ && self.journal_->holds(key))
        return false;
      const bool is_done = self.effects_.run(key, what);
      if (self.journal_ && is_done)
        self.journal_->note_done(key);
      return is_done;
    }
    [[nodiscard]] bool observes() const { return self.options_.on_change != nullptr; }
    void changed(const change<Data>& what) {
      self.calls_([&] { self.options_.on_change(what); });
    }
    void refused(client_id by, submission_number, std::span<const operation> operations,
                 const reason& why) {
      self.calls_([&] {
        if (const auto& handler = self.options_.on_refused)
          handler(by, operations, why);
      });
    }
    void logged(const batch_ptr<Data>& sent) {
      if (self.journal_)
        self.journal_->note(sent);
      if (!self.readers_.empty())
        self.tell_readers(out);
    }
    void violated(libsync::version version, const operation& what, const reason& why) {
      self.calls_([&] {
        if (const auto& handler = self.options_.on_violation)
          handler(version, what, why);
      });
    }
  };

  // Where all that is said goes.
  [[nodiscard]] server_outlet& outlet(server_outlet& to) noexcept {
    return journal_ ? journal_->outlet() : to;
  }
  // Whether something may be decided.
  [[nodiscard]] bool is_open() const noexcept {
    return !journal_ || journal_->why_closed().empty();
  }

  void done(const effect_key& key) {
    if (journal_)
      journal_->note_done(key);
    order_.done(key);
  }

  void tell_readers(server_outlet& out) {
    readers_.answer_all(order_, [&](std::uint64_t ticket, log_part<Data> part) {
      out.answer(ticket, enclose(std::move(part)));
    });
  }

  void begin_life() noexcept {
    readers_.forget_all(); // who asked the server before, asks this one again
    if (auditor_)
      auditor_->abandon();
    effects_.begin_life();
  }

  outcome set_timer(const timer_request<Data>& wish) {
    if (!is_open())
      return refused(journal_->why_closed());
    if (wish.op)
      return order_.timers().set(wish.name, wish.time, *wish.op);
    return order_.timers().cancel(wish.name) ? accepted()
                                             : refused("there is no such timer"_reason);
  }

  // What the user's functions have wished for within a call. Without memory the rest is for the
  // next one.
  void tend_timers() noexcept {
    if (options_.timetable)
      calls_([this] {
        auto& wishes = options_.timetable->wishes();
        while (!wishes.empty()) {
          const auto one = std::move(wishes.front());
          wishes.erase(wishes.begin());
          const auto why = set_timer(one);
          if (!why && one.op && options_.on_refused)
            options_.on_refused(client_id::server, {&*one.op, 1}, why.reason());
        }
      });
    const auto next =
        is_open() ? order_.timers().next().value_or(no_timer) : journal_->retry_time();
    next_timer = presence_.next(next);
  }

  server_options<Data> options_;
  sequencer<Data, actor_address> order_;
  [[no_unique_address]] server_presence<Data> presence_;
  std::shared_ptr<any_server_journal<Data>> journal_; // if there is one
  std::unique_ptr<auditing> auditor_;                 // from the first audit on
  server_effects<Data> effects_;
  log_followers<Data> readers_;
  member_messages<Data> messages_;
};

} // namespace libsync::detail
