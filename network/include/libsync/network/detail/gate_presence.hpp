#pragma once

/// What clients show each other, on the server's side of a relay's connection.

#include <functional>
#include <string>

#include "libsync/actors/envelope.hpp"
#include "libsync/network/detail/presence_frames.hpp"
#include "libsync/network/detail/wire_bytes.hpp"

#include "libsync/presence.hpp"
#include "libsync/protocol/relayed.hpp"

namespace libsync::detail {

/// Data without presence have no such frames.
template <class Data, class Form>
class gate_presence {
public:
  [[nodiscard]] static envelope read(wire_reader& from) {
    from.fail("kind", "found what a client shows, but these data have no type `presence`");
  }
  void write(channel_id, const envelope&, const std::function<void(std::string)>&) noexcept {}
};

/// A round comes to each client by itself, as one list that all share. It crosses the network once.
template <has_presence Data, class Form>
class gate_presence<Data, Form> {
  using frames = presence_frames<Data, Form>;

public:
  [[nodiscard]] static envelope read(wire_reader& from) {
    return enclose(frames::read_present(from));
  }

  void write(channel_id to, const envelope& what, const std::function<void(std::string)>& send) {
    auto round = what.share<presence_round<Data>>();
    if (round != latest_) {
      send(frames::round(*round));
      latest_ = std::move(round);
    }
    send(frames::shown(to));
  }

private:
  presence_round_ptr<Data> latest_; // that the relay has
};

} // namespace libsync::detail
