#pragma once

/// What the clients of a relay show, and see of others, as frames. docs/wire.md describes them.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "libsync/network/detail/relay_frames.hpp"
#include "libsync/network/detail/wire_bytes.hpp"
#include "libsync/network/detail/wire_messages.hpp"

#include "libsync/detail/shared.hpp"
#include "libsync/ids.hpp"
#include "libsync/presence.hpp"
#include "libsync/protocol/relayed.hpp"

namespace libsync::detail {

/// Frames of data with presence, whose values `Form` writes.
template <class Data, class Form>
struct presence_frames {
  using value = typename Data::presence;

  [[nodiscard]] static std::string present(channel_id channel, const presence_update<Data>& what) {
    return make_frame(frame_kind::present, channel, [&](wire_writer& to) {
      to.number(static_cast<std::uint64_t>(what.epoch));
      to.number(what.seen);
      to.number(what.sequence);
      to.flag(what.value.has_value());
      if (!what.value)
        return;
      to.flag(*what.value != nullptr);
      if (*what.value)
        write_values<Form, value>(to, {what.value->get(), 1});
    });
  }
  [[nodiscard]] static presence_update<Data> read_present(wire_reader& from) {
    presence_update<Data> made{read_id<epoch_id>(from, "epoch")};
    made.seen = from.number("round");
    made.sequence = from.number("sequence");
    if (from.flag("value"))
      made.value = from.flag("value") ? read_value(from) : nullptr;
    from.end();
    return made;
  }

  [[nodiscard]] static std::string round(const presence_round<Data>& what) {
    return make_frame(frame_kind::round, [&](wire_writer& to) {
      to.number(static_cast<std::uint64_t>(what.epoch));
      to.number(what.number);
      to.number(what.all.size());
      for (const auto& one : what.all) {
        to.number(static_cast<std::uint64_t>(one.by));
        to.number(one.sequence);
        write_identity<Form, Data>(to, one.identity);
        write_values<Form, value>(to, {one.value.get(), 1});
      }
      to.number(what.withdrawn.size());
      for (const auto& [by, sequence] : what.withdrawn) {
        to.number(static_cast<std::uint64_t>(by));
        to.number(sequence);
      }
    });
  }
  [[nodiscard]] static presence_round_ptr<Data> read_round(wire_reader& from) {
    auto made = shared<presence_round<Data>>();
    made->epoch = read_id<epoch_id>(from, "epoch");
    made->number = from.number("number");
    for (auto left = from.count("clients"); left != 0; --left) {
      libsync::present<Data> one;
      one.by = read_id<client_id>(from, "client");
      if (!made->all.empty() && one.by <= made->all.back().by)
        from.fail("client", "they are not in order");
      one.sequence = from.number("sequence");
      one.identity = read_identity<Form, Data>(from);
      one.value = read_value(from);
      made->all.push_back(std::move(one));
    }
    for (auto left = from.count("withdrawn"); left != 0; --left) {
      const auto by = read_id<client_id>(from, "client");
      made->withdrawn.emplace_back(by, from.number("sequence"));
    }
    from.end();
    return made;
  }

  [[nodiscard]] static std::string shown(channel_id channel) {
    return make_frame(frame_kind::shown, channel, [](wire_writer&) {});
  }

private:
  static std::shared_ptr<const value> read_value(wire_reader& from) {
    auto one = read_values<Form, value>(from, "presence", 1);
    return shared<const value>(std::move(one.front()));
  }
};

} // namespace libsync::detail
