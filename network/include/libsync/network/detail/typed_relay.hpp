#pragma once

/// The typed face of a relay: it stands in the place of a server.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "libsync/network/detail/relay_desk.hpp"
#include "libsync/network/detail/relay_frames.hpp"
#include "libsync/network/detail/relay_presence.hpp"
#include "libsync/network/detail/wire_bytes.hpp"

#include "libsync/actors/detail/server/any_server.hpp"
#include "libsync/actors/detail/server/member_messages.hpp"

#include "libsync/detail/audit/answers.hpp"
#include "libsync/detail/server/log_followers.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/identity.hpp"
#include "libsync/limits.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/log.hpp"
#include "libsync/relay.hpp"
#include "libsync/result.hpp"

namespace libsync::detail {

/// A relay's decisions, driven by the actor of a server. What comes over the network waits at a
/// desk, and goes out by an uplink.
template <class Data, class Form>
class typed_relay final : public any_server {
  using frames = relay_frames<Data, Form>;

public:
  typed_relay(const limits& bounds, const frame_limits& most, std::shared_ptr<relay_desk> desk,
              std::shared_ptr<any_uplink> uplink, identity_ptr<Data> identity = {})
      : most_(most), desk_(std::move(desk)), uplink_(std::move(uplink)),
        identity_(std::move(identity)), relay_(bounds), pieces_(most.snapshot_bytes) {}

  typed_relay(const typed_relay&) = delete;
  typed_relay& operator=(const typed_relay&) = delete;

  void join(const actor_address& by, const join_request& request, server_outlet& to) override {
    sink out{*this, to};
    if constexpr (names_identity<Data>) {
      if (!request.identity.template as<Data>()) {
        auto named = request;
        named.identity = identity_;
        return relay_.join(by, named, out);
      }
    }
    relay_.join(by, request, out);
  }
  void leave(const actor_address& by, server_outlet& to) override {
    sink out{*this, to};
    relay_.leave(by, out);
  }
  void submit(const actor_address& by, const envelope& what, server_outlet& to) override {
    sink out{*this, to};
    relay_.submit(by, what.share<parcel<Data>>(), out);
  }
  void acknowledge(const actor_address& by, version latest, server_outlet& to) override {
    sink out{*this, to};
    relay_.acknowledge(by, latest, out);
  }
  void flush(server_outlet&) override {}
  void serve(const actor_address& by) override { desk_->serve(by); }
  void hear_reports(server_outlet& to) override {
    for (const auto& one : desk_->take())
      hear(one, to);
  }
  void resume(server_outlet& to) override {
    readers_.forget_all();
    early_.clear();
    hear_reports(to);
  }
  void begin_epoch(server_outlet& to) override {
    readers_.forget_all();
    early_.clear();
    relay_.reset();
    break_off("the relay has begun anew"_reason);
    hear_reports(to);
  }
  [[nodiscard]] envelope read(std::uint64_t ticket) override {
    if (relay_.has_data())
      return enclose(relay_.read());
    early_.push_back({ticket, std::nullopt});
    return {};
  }
  [[nodiscard]] server_status status() const override {
    server_status told;
    told.epoch = relay_.epoch();
    told.version = relay_.version();
    told.members = relay_.members();
    told.counters = relay_.deliveries();
    told.lives = lives;
    told.why_closed = why_closed_;
    return told;
  }
  [[nodiscard]] envelope begin_audit(const envelope&, server_outlet&) override {
    return enclose(result<audit_answers<Data>>::failed(
        "a relay makes no audit: ask the server that it follows"_reason));
  }
  [[nodiscard]] bool hear_presence(const actor_address& by, const envelope& what,
                                   server_outlet&) override {
    if (!presence_.suits(what))
      return false;
    if (auto frame = presence_.present(by, what, relay_))
      put(*std::move(frame));
    return true;
  }
  void hear_digest(const actor_address&, const digest_told&) override {}
  [[nodiscard]] envelope take_audit() override { return {}; }
  [[nodiscard]] envelope set_timer(const envelope&, server_outlet&) override {
    return enclose(refused("a relay sets no timer: ask the server that it follows"_reason));
  }
  void fire(server_outlet&) override {}
  [[nodiscard]] envelope read_log(std::uint64_t ticket, const log_request& what,
                                  server_outlet&) override {
    if (relay_.has_data()) {
      auto told = readers_.ask(ticket, what, relay_);
      return told ? enclose(*std::move(told)) : envelope{};
    }
    early_.push_back({ticket, what});
    return {};
  }
  void answer(std::uint64_t ticket, envelope what, server_outlet& to) override {
    to.answer(ticket, std::move(what));
  }
  void settle(server_outlet&) override {}
  void forget_reader(std::uint64_t ticket) noexcept override {
    readers_.forget(ticket);
    std::erase_if(early_, [ticket](const auto& one) { return one.ticket == ticket; });
  }
  void for_each_member(const std::function<void(const actor_address&)>& visit) override {
    relay_.for_each_client(visit);
  }
  [[nodiscard]] bool suits(const envelope& what) const noexcept override {
    return what.holds<parcel<Data>>();
  }

private:
  // What the relay hands out, as messages to its clients and frames to its server.
  struct sink {
    typed_relay& self;
    server_outlet& out;

    template <class Message>
    void send(const actor_address& to, const Message& what) {
      self.messages_.send(out, to, what);
      if constexpr (std::is_same_v<Message, welcome_ptr<Data>>)
        self.presence_.welcomed(to, out);
    }
    void logged(const batch_ptr<Data>&) { self.tell_readers(out); }
    void pass(const follow_request& what) { self.put(follow_frame(what)); }
    void pass(channel_id channel, const join_request& what) {
      self.put(frames::join(channel, what));
    }
    void pass(channel_id channel, const parcel_ptr<Data>& what) {
      self.put(frames::submit(channel, *what));
    }
    void pass_leave(channel_id channel) { self.put(leave_frame(channel)); }
  };

  // Who has asked before there were data: for them, or for the log.
  struct early_question {
    std::uint64_t ticket;
    std::optional<log_request> log;
  };

  void tell_readers(server_outlet& out) {
    if (!readers_.empty())
      readers_.answer_all(relay_, [&](std::uint64_t ticket, log_part<Data> part) {
        out.answer(ticket, enclose(std::move(part)));
      });
  }

  void put(std::string frame) { uplink_->send(connection_, std::move(frame)); }

  void break_off(const reason& why) noexcept {
    why_closed_ = why;
    uplink_->renew(std::exchange(connection_, 0), why);
  }

  void hear(const relay_desk::event& what, server_outlet& to) {
    sink out{*this, to};
    switch (what.kind) {
    case relay_desk::kind::connected:
      connection_ = what.connection;
      why_closed_ = {};
      untold_ = 0;
      pieces_ = piece_collector<Data, Form>{most_.snapshot_bytes};
      presence_.clear();
      return relay_.connect(out);
    case relay_desk::kind::disconnected:
      why_closed_ = what.why;
      if (what.connection != connection_)
        return;
      connection_ = 0;
      return relay_.disconnect(out);
    case relay_desk::kind::frame:
      if (what.connection == connection_)
        receive(what.frame.bytes, out);
    }
  }

  void receive(const std::string& frame, sink& out) {
    try {
      read(frame, out);
    } catch (const wire_error& error) {
      break_off(error.what());
      relay_.disconnect(out);
    }
  }

  void read(const std::string& frame, sink& out) {
    wire_reader from{frame, "a frame of the server's"};
    switch (static_cast<frame_kind>(from.byte("kind"))) {
    case frame_kind::part: {
      const auto attempt = from.number("attempt");
      const auto all = frames::read_part(from, most_);
      from.end();
      take(frame.size());
      return relay_.receive(attempt, all, out);
    }
    case frame_kind::piece: {
      const auto whole = pieces_.take(from);
      from.end();
      take(frame.size());
      if (whole)
        receive(*whole, out);
      return;
    }
    case frame_kind::welcome: {
      const auto channel = from.number("channel");
      const auto welcoming = read_welcome<Data>(from);
      from.end();
      return relay_.receive(channel, welcoming, out);
    }
    case frame_kind::reply: {
      const auto channel = from.number("channel");
      const reply_ptr told = shared<const reply>(read_reply(from));
      from.end();
      return relay_.receive(channel, told, out);
    }
    case frame_kind::suspended: {
      const auto channel = from.number("channel");
      const suspended ended{read_id<epoch_id>(from, "epoch")};
      from.end();
      return relay_.receive(channel, ended, out);
    }
    case frame_kind::round:
      return presence_.keep(from);
    case frame_kind::shown:
      return presence_.show(from, relay_, out.out);
    case frame_kind::restarted:
      from.end();
      return relay_.connect(out); // what the server before knew is to be told again
    default:
      from.fail("kind", "found " + std::to_string(static_cast<unsigned char>(frame[0])));
    }
  }

  void receive(const typename piece_collector<Data, Form>::whole& what, sink& out) {
    relay_.receive(what.attempt, what.all, out);
    if (!relay_.has_data())
      return;
    for (const auto& one : std::exchange(early_, {}))
      if (auto told = one.log ? read_log(one.ticket, *one.log, out.out) : read(one.ticket);
          told.address() != nullptr)
        out.out.answer(one.ticket, std::move(told));
    tell_readers(out.out); // one may wait for what the snapshot has replaced
  }

  void take(std::uint64_t bytes) {
    untold_ += bytes;
    if (untold_ >= most_.window / 4)
      put(taken_frame(std::exchange(untold_, 0)));
  }

  frame_limits most_;
  std::shared_ptr<relay_desk> desk_;
  std::shared_ptr<any_uplink> uplink_;
  [[no_unique_address]] identity_ptr<Data> identity_; // of clients that present none
  relay<Data, actor_address> relay_;
  piece_collector<Data, Form> pieces_;
  member_messages<Data> messages_;
  [[no_unique_address]] relay_presence<Data, Form> presence_;
  log_followers<Data> readers_;
  std::vector<early_question> early_;
  std::uint64_t connection_ = 0; // 0 while there is none
  std::uint64_t untold_ = 0;     // bytes that were taken
  reason why_closed_ = "not connected yet"_reason;
};

} // namespace libsync::detail
