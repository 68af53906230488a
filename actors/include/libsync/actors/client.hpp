#pragma once

/// The stock client: an actor that is a client and nothing else.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libsync/actors/detail/client_core.hpp"
#include "libsync/actors/detail/compat.hpp"
#include "libsync/actors/detail/session_buffer.hpp"
#include "libsync/actors/handles.hpp"

#include "libsync/detail/callback_guard.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/receipt.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/submission.hpp"

namespace libsync {

/// The stock client actor; `spawn_client` makes one. It joins when it starts. Told to `close`, it
/// waits until every submission has its receipt, leaves, and ends. When its server ends it stays,
/// so that its copy can still be read; submissions are refused then. With a supervisor it waits for
/// the server's next life instead.
template <class Data, replica_mode Mode = own_copy>
class client_actor final
    : public detail::compat::one_message_a_turn<typename client<Data, Mode>::base> {
public:
  using base = detail::compat::one_message_a_turn<typename client<Data, Mode>::base>;
  using behavior_type = typename client<Data, Mode>::behavior_type;
  using role = detail::client_core<Data, Mode>;
  using buffer_ptr = std::shared_ptr<detail::session_buffer<Data>>;

  /// For a session it takes submissions from `buffer`, and shows its data in `copy`.
  client_actor(caf::actor_config& config, server_address<Data> to,
               client_options<Data, Mode> options, buffer_ptr buffer = nullptr,
               detail::shared_copy_ptr<Data> copy = nullptr)
      : base(config), buffer_(std::move(buffer)), copy_(std::move(copy)),
        role_(std::make_shared<role>(this, std::move(to), std::move(options), copy_)) {}

  const char* name() const override { return "libsync.client"; }

  behavior_type make_behavior() override {
    this->set_exception_handler([this](caf::scheduled_actor*, std::exception_ptr&) -> caf::error {
      why_ended_ = detail::thrown();
      return caf::sec::runtime_error;
    });
    role_->on_progress([this] { after_progress(); });
    if (buffer_)
      role_->before_use([this] { adopt(); });
    role_->join();
    return role::template behavior<behavior_type>(
        [this] { return role_.get(); }, // which lives as long as this actor
        [this](drain_atom) { drain(); },
        [this](submit_atom, const envelope<submission<Data>>& what) { return submit(*what); },
        [this](join_atom) { return join(); },
        [this](leave_atom) {
          hang_up();
          role_->leave();
          after_progress();
          return role_->state().version();
        },
        [this](read_atom) { return read(); }, [this](status_atom) { return enclose(status()); },
        [this](observe_atom, const enclosed_observer<Data, Mode>& what) { role_->observe(*what); },
        [this](close_atom) {
          closing_ = true;
          myself_ = caf::strong_actor_ptr{this->ctrl()}; // the session may be gone already
          after_progress();
        });
  }

  void on_exit() override {
    role_->end(why_ended_);
    answer_waiting();
    if (buffer_)
      buffer_->end(why_ended_);
    if (copy_)
      copy_->give_up();
    myself_ = nullptr;
  }

private:
  template <class T>
  using response = detail::compat::deferred<T>;

  [[nodiscard]] client_status status() const {
    auto told = role_->status();
    if (buffer_) {
      told.buffer_overloaded = buffer_->overloaded();
      told.thrown += buffer_->thrown() + calls_.thrown();
    }
    return told;
  }

  // Takes over what a thread has sent past this client.
  void adopt() {
    if (buffer_->was_used() && !role_->state().closed())
      hang_up();
  }

  // Closes the line by which threads do so.
  void hang_up() {
    if (!std::exchange(line_open_, false))
      return;
    if (auto sent = buffer_->close_line())
      role_->adopt(std::move(sent->what),
                   sent->wanted ? handler_for(std::move(sent->wanted)) : receipt_handler{});
  }

  // The line is open while this client has nothing to say itself, and threads submit now and then
  // only: in a flood, one by one past the client is slower than many at a time.
  void tend_line() {
    adopt();
    const auto& state = role_->state();
    const bool idle = state.joined() && state.undecided() == 0 && !closing_ && !flooded_;
    if (!idle)
      hang_up();
    else if (!line_open_)
      line_open_ = buffer_->open_line({role_->server(), *state.id(), state.epoch(), state.next()});
  }

  response<receipt> submit(const submission<Data>& what) {
    const detail::compat::deferred_response<receipt> answer{this};
    hang_up();
    if (closing_) {
      answer.deliver(receipt::refused("the client is closing"));
      return {};
    }
    receipt_handler on_receipt;
    if (answer.wanted())
      on_receipt = [answer](const receipt& decided) { answer.deliver(decided); };
    if (auto taken = role_->submit(what, std::move(on_receipt)); !taken)
      answer.deliver(taken.failure());
    return {};
  }

  response<snapshot<Data>> read() {
    readers_.emplace_back(this);
    answer_waiting();
    return {};
  }

  response<version> join() {
    if (role_->state().away())
      role_->join();
    joiners_.emplace_back(this);
    answer_waiting();
    return {};
  }

  // Readers wait for data, joiners for the welcome; when neither can come any more they hear that.
  void answer_waiting() {
    if (readers_.empty() && joiners_.empty())
      return;
    const auto& state = role_->state();
    const bool hopeless = state.closed() || state.away();
    if (state.has_data() || hopeless)
      for (const auto& reader : std::exchange(readers_, {}))
        state.has_data() ? reader.deliver(role_->read()) : reader.fail();
    if (state.joined() || hopeless)
      for (const auto& joiner : std::exchange(joiners_, {}))
        state.joined() ? joiner.deliver(state.version()) : joiner.fail();
  }

  // Moves what threads have put into the buffer to the outbox, as far as there is room; the rest
  // follows when receipts make room.
  void drain() {
    if (!buffer_)
      return; // no session's client
    adopt();
    more_ = buffer_->take(role_->state().room(), drained_);
    flooded_ = drained_.parcels.size() > 1 ||
               (drained_.parcels.size() == 1 && drained_.parcels.front().count > 1);
    auto wanted = drained_.wanted.begin();
    for (auto& several : drained_.parcels) {
      std::vector<std::pair<submission_number, receipt_handler>> handlers;
      for (; wanted != drained_.wanted.end() && wanted->first < several.end(); ++wanted)
        handlers.emplace_back(wanted->first, handler_for(std::move(wanted->second)));
      if (const auto taken = role_->push(std::move(several), handlers); !taken)
        for (const auto& [number, handler] : handlers)
          calls_([&, &tell = handler] { tell(taken.failure()); });
    }
    drained_.clear();
    role_->pump();
  }

  receipt_handler handler_for(typename detail::session_buffer<Data>::promise wanted) {
    return [this, wanted = std::move(wanted)](const receipt& answer) {
      buffer_->gate().reach(role_->state().version()); // what it names is shown before it is heard
      wanted.decide(answer);
    };
  }

  void after_progress() {
    const auto& state = role_->state();
    if (buffer_) {
      if (state.closed()) {
        buffer_->refuse(state.reason());
        copy_->give_up();
      } else {
        tend_line();
      }
      // A lot at a time, since the threads hold the buffer's lock most of the time.
      if (closing_ || (more_ && state.room() >= state.undecided()))
        drain();
      if (state.has_data())
        buffer_->gate().reach(state.version());
    }
    answer_waiting();
    if (closing_ && state.undecided() == 0)
      end();
    else if (closing_ && state.away())
      role_->join(); // it had left: what it has is decided only if it comes back
  }

  void end() {
    role_->leave();
    this->quit();
  }

  buffer_ptr buffer_;
  detail::shared_copy_ptr<Data> copy_;
  typename detail::session_buffer<Data>::content drained_;
  std::vector<detail::compat::deferred_response<snapshot<Data>>> readers_;
  std::vector<detail::compat::deferred_response<version>> joiners_;
  reason why_ended_ = "the client has ended"_reason;
  detail::callback_guard calls_;
  // While it closes, so that it does so also where nobody holds a handle to it any more.
  caf::strong_actor_ptr myself_;
  bool more_ = false;
  bool line_open_ = false;
  bool flooded_ = false;
  bool closing_ = false;
  std::shared_ptr<role> role_;
};

/// Starts a client of the server `to`, or of the one that the supervisor `to` keeps alive; a viewer
/// with `spawn_client<shared_view>`. Throws std::invalid_argument if a limit is 0.
template <replica_mode Mode = own_copy, class Data>
client<Data, Mode> spawn_client(const server_address<Data>& to,
                                client_options<Data, Mode> options = {}) {
  static_cast<void>(options.bounds.checked());
  return to.home_system().template spawn<client_actor<Data, Mode>>(to, std::move(options));
}

template <replica_mode Mode = own_copy, class Data>
client<Data, Mode> spawn_client(const server<Data>& to, client_options<Data, Mode> options = {}) {
  return spawn_client<Mode>(server_address<Data>{to}, std::move(options));
}

template <replica_mode Mode = own_copy, class Data>
client<Data, Mode> spawn_client(const supervisor<Data>& to,
                                client_options<Data, Mode> options = {}) {
  return spawn_client<Mode>(server_address<Data>{to}, std::move(options));
}

} // namespace libsync
