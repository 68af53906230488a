#pragma once

/// The typed face of the server's side of a relay's connection.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libsync/network/detail/any_gate.hpp"
#include "libsync/network/detail/following.hpp"
#include "libsync/network/detail/gate_presence.hpp"
#include "libsync/network/detail/relay_frames.hpp"
#include "libsync/network/detail/wire_bytes.hpp"

#include "libsync/detail/shared.hpp"
#include "libsync/identity.hpp"
#include "libsync/protocol/log.hpp"
#include "libsync/snapshot.hpp"

namespace libsync::detail {

template <class Data, class Form>
class typed_gate final : public any_gate {
  using frames = relay_frames<Data, Form>;

public:
  /// Says who a client is whose relay says that it is `who`.
  using identifier = std::function<identity_ptr<Data>(const identity_ptr<Data>& who)>;

  explicit typed_gate(const frame_limits& most, identifier identify = {})
      : most_(most), following_(most.window), identify_(std::move(identify)) {}

  std::optional<channel_message> hear(std::string_view frame) override {
    wire_reader from{frame, "a frame of the relay's"};
    using kind = channel_message::kind;
    switch (static_cast<frame_kind>(from.byte("kind"))) {
    case frame_kind::follow:
      following_.follow(read_follow(from));
      break;
    case frame_kind::taken:
      following_.taken(from.number("bytes"));
      break;
    case frame_kind::join: {
      const auto channel = from.number("channel");
      auto request = read_join<Form, Data>(from);
      from.end();
      if constexpr (names_identity<Data>)
        if (identify_)
          request.identity = identify_(request.identity.template as<Data>());
      return channel_message{channel, kind::join, enclose(std::move(request))};
    }
    case frame_kind::present: {
      const auto channel = from.number("channel");
      return channel_message{channel, kind::present, presence_.read(from)};
    }
    case frame_kind::leave: {
      const auto channel = from.number("channel");
      from.end();
      return channel_message{channel, kind::leave};
    }
    case frame_kind::submit: {
      const auto channel = from.number("channel");
      auto submitted = shared<const parcel<Data>>(read_parcel<Form, Data>(from, most_.operations));
      from.end();
      return channel_message{channel, kind::submit, envelope{std::move(submitted)}};
    }
    default:
      from.fail("kind", "found " + std::to_string(static_cast<unsigned char>(frame[0])));
    }
    from.end();
    return std::nullopt;
  }

  void write(channel_id channel, server_message what, const envelope& content,
             const std::function<void(std::string)>& send) override {
    switch (what) {
    case server_message::welcome:
      return send(frames::welcome(channel, content.as<welcome<Data>>()));
    case server_message::reply:
      return send(reply_frame(channel, content.as<reply>()));
    case server_message::suspended:
      return send(suspended_frame(channel, content.as<suspended>()));
    case server_message::round:
      return presence_.write(channel, content, send);
    default:
      return;
    }
  }

  following::question go_on(const std::function<void(std::string)>& send) override {
    while (auto piece = following_.take_piece()) {
      following_.sent(piece->size());
      send(*std::move(piece));
    }
    return following_.ask();
  }

  void take_log(std::uint64_t question, const envelope& part,
                const std::function<void(std::string)>& send) override {
    const auto all = following_.answer(question, part.as<log_part<Data>>());
    if (all.empty())
      return;
    auto frame = frames::part(following_.attempt(), all);
    following_.sent(frame.size());
    send(std::move(frame));
  }
  void take_snapshot(std::uint64_t question, const envelope& all) override {
    const auto& shown = all.as<snapshot<Data>>();
    if (following_.answer(question, shown.epoch, shown.version))
      for (auto& piece : frames::pieces(following_.attempt(), shown, most_.piece))
        following_.put(std::move(piece));
  }
  void lose_server() noexcept override { following_.stop(); }

private:
  frame_limits most_;
  following following_;
  identifier identify_;
  [[no_unique_address]] gate_presence<Data, Form> presence_;
};

} // namespace libsync::detail
