#include "libsync/actors/client.hpp"

#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include "libsync/actors/detail/caf/client_handlers.hpp"
#include "libsync/actors/detail/client/any_client.hpp"
#include "libsync/actors/handles.hpp"
#include "on_caf/compat.hpp"
#include "on_caf/spawned.hpp"

#include "libsync/detail/thrown.hpp"

namespace libsync::detail {

/// The stock client actor.
class client_shell final : public compat::one_message_a_turn<client_actor::base> {
public:
  using base = compat::one_message_a_turn<client_actor::base>;
  using behavior_type = client_actor::behavior_type;

  // What is attached first is called last: once the core has closed.
  client_shell(caf::actor_config& config, client_maker& how)
      : base(config), ended_(this, [this](const caf::error&) { after_end(); }) {
    auto made = how.make(this);
    intake_ = std::move(made.intake);
    core_ = std::move(made.core);
  }

  const char* name() const override { return "libsync.client"; }

  behavior_type make_behavior() override {
    compat::end_with(this, [this](const std::exception_ptr&) -> caf::error {
      core_->will_end(thrown());
      return caf::sec::runtime_error;
    });
    core_->on_progress([this] { after_progress(); });
    core_->join();
    return compat::client_behavior<behavior_type>(
        [this] { return core_.get(); }, // which lives as long as this actor
        [this](drain_atom) {
          if (intake_)
            intake_->drain();
        },
        [this](submit_atom, const envelope& what) { return submit(what); },
        [this](join_atom) { return join(); },
        [this](leave_atom) {
          if (intake_)
            intake_->hang_up();
          core_->leave();
          after_progress();
          return core_->now().version;
        },
        [this](read_atom) { return read(); }, [this](status_atom) { return enclose(status()); },
        [this](observe_atom, const envelope& what) {
          if (!core_->observe_enclosed(what))
            compat::drop(this, "an observer of other data");
        },
        [this](close_atom) {
          closing_ = true;
          myself_ = caf::strong_actor_ptr{this->ctrl()}; // the session may be gone already
          after_progress();
        });
  }

private:
  template <class T>
  using response = compat::deferred<T>;

  [[nodiscard]] client_status status() const {
    auto told = core_->status();
    if (intake_)
      intake_->add_to(told);
    return told;
  }

  void after_end() {
    answer_waiting();
    if (intake_)
      intake_->end(core_->why_closed());
    myself_ = nullptr;
  }

  response<envelope> submit(const envelope& what) {
    const compat::deferred_response<envelope> answer{this};
    if (intake_)
      intake_->hang_up();
    if (closing_) {
      answer.deliver(enclose(receipt::refused("the client is closing")));
      return {};
    }
    receipt_handler on_receipt;
    if (answer.wanted())
      on_receipt = [answer](const receipt& decided) { answer.deliver(enclose(decided)); };
    if (const auto refused = core_->submit_enclosed(what, std::move(on_receipt)))
      answer.deliver(enclose(*refused));
    return {};
  }

  response<envelope> read() {
    readers_.emplace_back(this);
    answer_waiting();
    return {};
  }

  response<version> join() {
    if (core_->now().away)
      core_->join();
    joiners_.emplace_back(this);
    answer_waiting();
    return {};
  }

  // Readers wait for data, joiners for the welcome; when neither can come any more they hear that.
  void answer_waiting() {
    if (readers_.empty() && joiners_.empty())
      return;
    const auto state = core_->now();
    const bool hopeless = state.closed || state.away;
    if (state.has_data || hopeless)
      for (const auto& reader : std::exchange(readers_, {}))
        state.has_data ? reader.deliver(core_->read_enclosed()) : reader.fail();
    if (state.joined || hopeless)
      for (const auto& joiner : std::exchange(joiners_, {}))
        state.joined ? joiner.deliver(state.version) : joiner.fail();
  }

  void after_progress() {
    auto state = core_->now();
    if (intake_) {
      serve_session(state);
      state = core_->now();
    }
    answer_waiting();
    if (closing_ && state.undecided == 0)
      end();
    else if (closing_ && state.away)
      core_->join(); // it had left: what it has is decided only if it comes back
  }

  void serve_session(const client_state& state) {
    if (state.closed)
      intake_->refuse(core_->why_closed());
    else
      tend_line();
    // A lot at a time, since the threads hold the buffer's lock most of the time.
    const auto now = core_->now();
    if (closing_ || (intake_->has_more() && now.room >= now.undecided))
      intake_->drain();
    if (now.has_data)
      intake_->reach(core_->now().version);
  }

  // The line past this client is open while it has nothing to say itself, and threads submit now
  // and then only: in a flood, one by one past the client is slower than many at a time.
  void tend_line() {
    intake_->adopt();
    const auto state = core_->now();
    intake_->tend_line(state.joined && state.undecided == 0 && !closing_ && !intake_->is_flooded());
  }

  void end() {
    core_->leave();
    this->quit();
  }

  std::unique_ptr<session_intake> intake_; // null where there is no session
  std::vector<compat::deferred_response<envelope>> readers_;
  std::vector<compat::deferred_response<version>> joiners_;
  // While it closes, so that it does so also where nobody holds a handle to it any more.
  caf::strong_actor_ptr myself_;
  bool closing_ = false;
  std::shared_ptr<client_base> core_;
  compat::end_watch ended_;
};

actor_ref spawn_client(const server_place& to, std::unique_ptr<client_maker> how) {
  auto& system = system_of(to.supervisor ? to.supervisor : to.server);
  return compat::spawned<client_shell>(system, *how);
}

} // namespace libsync::detail
