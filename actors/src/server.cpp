#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <utility>

#include "alarm.hpp"
#include "libsync/actors/detail/server/any_server.hpp"
#include "libsync/actors/detail/waiting.hpp"
#include "libsync/actors/handles.hpp"
#include "libsync/actors/server_options.hpp"
#include "on_caf/compat.hpp"
#include "on_caf/spawned.hpp"

namespace libsync {

epoch_id random_epoch() {
  static_assert(sizeof(std::random_device::result_type) >= 4);
  std::random_device random;
  return epoch_id{(std::uint64_t{random()} << 32) | random() | 1};
}

namespace detail {

/// The server actor. It holds its clients weakly and monitors them; clients hold it strongly.
class server_shell final : public compat::one_message_a_turn<server_actor::base>,
                           private server_outlet {
public:
  using base = compat::one_message_a_turn<server_actor::base>;
  using behavior_type = server_actor::behavior_type;

  server_shell(caf::actor_config& config, std::shared_ptr<any_server> state)
      : base(config), state_(std::move(state)) {}

  const char* name() const override { return "libsync.server"; }

  behavior_type make_behavior() override {
    state_->held = true;
    if (state_->supervised)
      compat::end_with_exceptions_text(this); // which the supervisor tells
    else
      compat::end_with_exceptions(this);
    compat::on_down(this, [this](caf::down_msg& down) {
      watches_.remove(down.source);
      forget(compat::address_of(down.source));
    });
    state_->serve(actor_address{this->ctrl()});
    if (state_->lives++ != 0 || state_->goes_on)
      take_over();
    // CAF tries one after the other, so the frequent ones come first.
    return {
        [this](submit_atom, const envelope& parcel) {
          if (!state_->suits(parcel))
            return compat::drop(this, "a submission of other data");
          enter([&] { state_->submit(sender(), parcel, *this); });
        },
        [this](flush_atom) { overtaken_ ? flush_soon() : flush(); },
        [this](join_atom, const envelope& request) {
          if (!request.holds<join_request>())
            return compat::drop(this, "a join that holds something else");
          join(request.as<join_request>());
        },
        [this](leave_atom) {
          watches_.remove(compat::address(this->current_sender()));
          forget(sender());
        },
        [this](acknowledge_atom, version latest) {
          enter([&] { state_->acknowledge(sender(), latest, *this); });
        },
        [this](done_atom) { enter([&] { state_->hear_reports(*this); }); },
        [this](read_atom) {
          return answer([this](std::uint64_t ticket) { return state_->read(ticket); });
        },
        [this](status_atom) { return enclose(state_->status()); },
        [this](told_atom, const envelope& what) {
          if (!what.holds<digest_told>())
            return compat::drop(this, "a digest that is something else");
          enter([&] { state_->hear_digest(sender(), what.as<digest_told>()); });
        },
        [this](present_atom, const envelope& what) {
          bool is_one = false;
          enter([&] { is_one = state_->hear_presence(sender(), what, *this); });
          if (!is_one)
            compat::drop(this, "what a client of other data shows");
        },
        [this](audit_atom, const envelope& make) { return audit(make); },
        [this](fire_atom) {
          armed_ = any_server::no_timer;
          enter([&] { state_->fire(*this); });
        },
        [this](later_atom, const envelope& wish) {
          return answer([&](std::uint64_t) { return state_->set_timer(wish, *this); });
        },
        [this](log_atom, const envelope& what) { return read_log(what); },
    };
  }

  void on_exit() override {
    if (audit_)
      audit_->failure.send();
    for (auto& [ticket, asked] : askers_)
      asked.failure.send();
    watches_.clear();
    alarm_.end();
    state_->for_each_member([this](const actor_address& member) {
      // Who is not told waits for ever, so memory that is short is asked for twice.
      if (!tell_of_end(member))
        static_cast<void>(tell_of_end(member));
    });
    state_->held = false;
  }

private:
  void send(const actor_address& to, server_message what, const envelope& content) override {
    inject_fault(fault_point::within);
    if (what != server_message::batch)
      return compat::send_anonymously(compat::hold(to), write(what, content), this->context());
    // One message for all receivers of a batch.
    if (content.address() != batch_) {
      message_ = write(what, content);
      batch_ = content.address();
      overtaken_ = true;
    }
    compat::send_anonymously(compat::hold(to), message_, this->context());
  }

  void answer(std::uint64_t ticket, envelope what) override {
    if (auto found = askers_.extract(ticket))
      found.mapped().answer.deliver(std::move(what));
  }
  void fail(std::uint64_t ticket) override {
    if (auto found = askers_.extract(ticket))
      found.mapped().failure.send();
  }

  static caf::message write(server_message what, const envelope& content) {
    switch (what) {
    case server_message::welcome:
      return caf::make_message(welcome_atom_v, content);
    case server_message::batch:
      return caf::make_message(batch_atom_v, content);
    case server_message::reply:
      return caf::make_message(reply_atom_v, content);
    case server_message::shown:
      return caf::make_message(shown_atom_v, content);
    case server_message::digest:
      return caf::make_message(digest_atom_v, content);
    case server_message::round:
      return caf::make_message(round_atom_v, content);
    case server_message::suspended:
      break;
    }
    return caf::make_message(suspended_atom_v, content);
  }

  // The one way into the sequencer. If `call` throws, `inside` stays set: nobody knows then what
  // the sequencer has done.
  template <class Call>
  void enter(Call call) {
    const no_waiting here{"a server's function"}; // whoever it is given by
    inject_fault(fault_point::before);
    state_->inside = true;
    call();
    if (state_->has_journal) [[unlikely]]
      state_->settle(*this);
    state_->inside = false;
    inject_fault(fault_point::after);
    if (audit_) [[unlikely]]
      answer_audit();
    if (state_->next_timer != armed_) [[unlikely]]
      arm();
    if (std::exchange(flush_wanted, false))
      flush_soon();
  }

  // What the alarm was told before, it tells too: then nothing is due, and it is told the next
  // time.
  void arm() {
    armed_ = state_->next_timer;
    if (armed_ != any_server::no_timer)
      alarm_.set(this, armed_ - server_time());
  }

  void flush() {
    enter([this] { state_->flush(*this); });
  }

  // Lets what waits in the mailbox join the batch; where nothing waits, a message to itself would
  // only take time. If the batch was full and went out before that message came, all that it was
  // for has been sent, and what is pending by then has a turn of its own.
  void flush_soon() {
    overtaken_ = false;
    if (compat::has_messages(this))
      compat::send_to_itself(this, flush_atom_v);
    else
      flush();
  }

  void inject_fault(fault_point where) {
    if (state_->inject_fault)
      state_->inject_fault(where);
  }

  // Goes on where the server before this one stopped.
  void take_over() {
    if (state_->inside) {
      enter([this] { state_->begin_epoch(*this); });
    } else {
      state_->for_each_member(
          [this](const actor_address& member) { watches_.add(compat::address(member)); });
      enter([this] { state_->resume(*this); });
    }
  }

  [[nodiscard]] actor_address sender() { return actor_address{this->current_sender().get()}; }

  void join(const join_request& request) {
    if (!this->current_sender())
      return; // nobody to welcome
    watches_.add(compat::address(this->current_sender()));
    enter([&] { state_->join(sender(), request, *this); });
  }

  void forget(const actor_address& member) {
    enter([&] { state_->leave(member, *this); });
  }

  compat::deferred<envelope> audit(const envelope& make) {
    const compat::deferred_response<envelope> answer{this};
    asker wanted{answer, answer.prepare_to_fail()};
    envelope refusal;
    enter([&] { refusal = state_->begin_audit(make, *this); });
    if (refusal.address() != nullptr) {
      answer.deliver(std::move(refusal));
    } else {
      audit_ = std::move(wanted);
      answer_audit();
    }
    return {};
  }

  compat::deferred<envelope> read_log(const envelope& what) {
    const compat::deferred_response<envelope> wanted{this};
    if (!what.holds<log_request>()) {
      compat::drop(this, "a question for the log that is something else");
      wanted.fail();
      return {};
    }
    return answer([&](std::uint64_t ticket) {
      return state_->read_log(ticket, what.as<log_request>(), *this);
    });
  }

  // Answers with what `call(ticket)` returns, once that may be told; or later, by the ticket, if it
  // returns nothing.
  template <class Call>
  compat::deferred<envelope> answer(Call call) {
    const compat::deferred_response<envelope> wanted{this};
    forget_dead_askers();
    const auto ticket = ++tickets_;
    askers_.emplace(ticket, asker{wanted, wanted.prepare_to_fail()});
    enter([&] {
      if (auto told = call(ticket); told.address() != nullptr)
        state_->answer(ticket, std::move(told), *this);
    });
    return {};
  }

  // Those that wait may have gone. They are looked for when they may be twice as many as lived.
  void forget_dead_askers() {
    if (askers_.size() < most_askers_)
      return;
    for (auto next = askers_.begin(); next != askers_.end();) {
      if (next->second.answer.is_expected()) {
        ++next;
      } else {
        state_->forget_reader(next->first);
        next = askers_.erase(next);
      }
    }
    most_askers_ = 2 * askers_.size() + 8;
  }

  void answer_audit() {
    if (auto done = state_->take_audit(); done.address() != nullptr)
      std::exchange(audit_, std::nullopt)->answer.deliver(std::move(done));
  }

  [[nodiscard]] bool tell_of_end(const actor_address& member) noexcept {
    try {
      if (last_word_.empty())
        last_word_ = caf::make_message(ended_atom_v, this->address());
      compat::send_anonymously(compat::hold(member), last_word_,
                               nullptr); // nobody may be running this actor
      return true;
    } catch (...) {
      return false;
    }
  }

  // Who waits for an answer; the failure is for when this server ends first.
  struct asker {
    compat::deferred_response<envelope> answer;
    compat::prepared_failure failure;
  };

  std::shared_ptr<any_server> state_;
  compat::watches watches_{this};         // its members
  std::optional<asker> audit_;            // while one is under way
  std::map<std::uint64_t, asker> askers_; // of the log, that wait
  std::uint64_t tickets_ = 0;
  std::size_t most_askers_ = 8;
  caf::message last_word_;
  alarm alarm_;
  timestamp armed_ = any_server::no_timer; // what it is set to
  bool overtaken_ = false;
  const void* batch_ = nullptr; // the one that is in the message
  caf::message message_;
};

actor_ref spawn_server(caf::actor_system& system, std::shared_ptr<any_server> state) {
  return compat::spawned<server_shell>(system, std::move(state));
}

} // namespace detail
} // namespace libsync
