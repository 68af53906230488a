#pragma once

/// The frames between a relay and its server. docs/wire.md describes them.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsync/network/detail/wire_bytes.hpp"
#include "libsync/network/detail/wire_messages.hpp"

#include "libsync/detail/shared.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/protocol/relayed.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/snapshot.hpp"

namespace libsync::detail {

/// The first byte of a frame.
enum class frame_kind : std::uint8_t {
  // From a relay.
  follow = 1,
  join = 2,
  leave = 3,
  submit = 4,
  taken = 5,
  present = 6,
  // From a server.
  part = 16,
  piece = 17,
  welcome = 18,
  reply = 19,
  suspended = 20,
  restarted = 21,
  round = 22,
  shown = 23,
  // Of the connection itself, whatever it carries.
  hello = 32,
  greeted = 33,
  closing = 34,
  alive = 35,
};

/// The sizes of frames, and what readers of frames take at most.
struct frame_limits {
  /// The operations of a parcel or batch, and the bytes of a snapshot.
  std::size_t operations = std::size_t{1} << 20;
  std::size_t snapshot_bytes = std::size_t{1} << 30;
  /// How many bytes of batches and snapshots may be under way that the relay has not taken; both
  /// ends must agree. A frame may exceed it.
  std::uint64_t window = std::uint64_t{1} << 20;
  /// How many bytes of the data are in one piece of a snapshot.
  std::size_t piece = std::size_t{64} << 10;
};

template <class Write>
[[nodiscard]] std::string make_frame(frame_kind kind, Write write) {
  std::string made;
  wire_writer to{made};
  to.byte(static_cast<std::uint8_t>(kind));
  write(to);
  return made;
}

/// The frames of a channel.
template <class Write>
[[nodiscard]] std::string make_frame(frame_kind kind, channel_id channel, Write write) {
  return make_frame(kind, [&](wire_writer& to) {
    to.number(channel);
    write(to);
  });
}

[[nodiscard]] inline std::string leave_frame(channel_id channel) {
  return make_frame(frame_kind::leave, channel, [](wire_writer&) {});
}
[[nodiscard]] inline std::string taken_frame(std::uint64_t bytes) {
  return make_frame(frame_kind::taken, [&](wire_writer& to) { to.number(bytes); });
}
[[nodiscard]] inline std::string follow_frame(const follow_request& what) {
  return make_frame(frame_kind::follow, [&](wire_writer& to) { write(to, what); });
}
[[nodiscard]] inline std::string restarted_frame() {
  return make_frame(frame_kind::restarted, [](wire_writer&) {});
}
[[nodiscard]] inline std::string suspended_frame(channel_id channel, const suspended& what) {
  return make_frame(frame_kind::suspended, channel,
                    [&](wire_writer& to) { to.number(static_cast<std::uint64_t>(what.epoch)); });
}
[[nodiscard]] inline std::string reply_frame(channel_id channel, const reply& what) {
  return make_frame(frame_kind::reply, channel, [&](wire_writer& to) { write(to, what); });
}

/// The frames of these data, whose values `Form` writes.
template <class Data, class Form>
struct relay_frames {
  [[nodiscard]] static std::string join(channel_id channel, const join_request& what) {
    return make_frame(frame_kind::join, channel,
                      [&](wire_writer& to) { write<Form, Data>(to, what); });
  }
  [[nodiscard]] static std::string submit(channel_id channel, const parcel<Data>& what) {
    return make_frame(frame_kind::submit, channel,
                      [&](wire_writer& to) { write<Form, Data>(to, what); });
  }
  [[nodiscard]] static std::string welcome(channel_id channel, const libsync::welcome<Data>& what) {
    return make_frame(frame_kind::welcome, channel, [&](wire_writer& to) { write(to, what); });
  }
  [[nodiscard]] static std::string part(std::uint64_t attempt,
                                        const std::vector<batch_ptr<Data>>& all) {
    return make_frame(frame_kind::part, [&](wire_writer& to) {
      to.number(attempt);
      to.number(all.size());
      for (const auto& one : all)
        to.section([&](std::string& inside) {
          wire_writer into{inside};
          write<Form, Data>(into, *one);
        });
    });
  }
  [[nodiscard]] static std::vector<batch_ptr<Data>> read_part(wire_reader& from,
                                                              const frame_limits& most) {
    std::vector<batch_ptr<Data>> all;
    const auto count = from.count("batches");
    all.reserve(count);
    for (std::size_t i = 0; i != count; ++i) {
      wire_reader inside{from.text("batch"), "a batch"};
      all.push_back(read_batch<Form, Data>(inside, most.operations));
      inside.end();
    }
    return all;
  }

  /// A snapshot as pieces of at most `size` bytes of its data.
  [[nodiscard]] static std::vector<std::string>
  pieces(std::uint64_t attempt, const snapshot<Data>& all, std::size_t size) {
    std::string bytes;
    Form::write(std::span<const Data>{all.data.get(), 1}, bytes);
    std::vector<std::string> made;
    std::string_view rest = bytes;
    do {
      const auto now = rest.substr(0, size);
      rest.remove_prefix(now.size());
      made.push_back(make_frame(frame_kind::piece, [&](wire_writer& to) {
        to.number(attempt);
        to.number(static_cast<std::uint64_t>(all.epoch));
        to.number(all.version);
        to.flag(rest.empty());
        to.text(now);
      }));
    } while (!rest.empty());
    return made;
  }
};

/// Puts the pieces of a snapshot together.
template <class Data, class Form>
class piece_collector {
public:
  explicit piece_collector(std::size_t most) noexcept : most_(most) {}

  struct whole {
    std::uint64_t attempt = 0;
    snapshot<Data> all;
  };

  /// Takes the next piece. Returns the snapshot with the last one. Throws wire_error.
  [[nodiscard]] std::optional<whole> take(wire_reader& from) {
    const auto attempt = from.number("attempt");
    const auto epoch = read_id<epoch_id>(from, "epoch");
    const auto version = from.number("version", most_numbered);
    const bool is_last = from.flag("last piece");
    const auto bytes = from.text("data");
    if (attempt != attempt_ || epoch != epoch_ || version != version_)
      bytes_.clear(); // another begins
    attempt_ = attempt;
    epoch_ = epoch;
    version_ = version;
    if (bytes.size() > most_ - bytes_.size())
      from.fail("data", "found a snapshot of more than " + std::to_string(most_) + " bytes");
    bytes_.append(bytes);
    if (!is_last)
      return std::nullopt;
    const auto taken = std::exchange(bytes_, {});
    auto all = Form::template read<Data>(taken, 1, "a snapshot");
    return whole{attempt, {epoch, version, shared<const Data>(std::move(all.front()))}};
  }

private:
  std::size_t most_;
  std::uint64_t attempt_ = 0;
  epoch_id epoch_{};
  libsync::version version_ = 0;
  std::string bytes_;
};

} // namespace libsync::detail
