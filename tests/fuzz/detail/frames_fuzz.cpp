// What a relay and its server are sent by each other: frames of any bytes. Each is refused in words
// and ends the connection, or is taken. Then a server decides what is in it as it would that of its
// own clients, and a relay shows what it was told. The input is frames, each after a byte that is
// its length.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fuzz/expect.hpp"
#include "libsync/network/detail/typed_gate.hpp"
#include "libsync/network/detail/typed_relay.hpp"
#include "libsync/sequencer.hpp"
#include "network/detail/plain_form.hpp"
#include "support/tape.hpp"

namespace {

using libsync::channel_id;
using libsync::detail::channel_message;
using libsync::detail::relay_desk;
using libsync::detail::wire_error;

constexpr libsync::epoch_id epoch{7};

libsync::detail::frame_limits small() {
  return {.operations = 64, .snapshot_bytes = 512, .window = 256, .piece = 64};
}

std::vector<std::string> frames_in(std::string_view all) {
  std::vector<std::string> found;
  while (!all.empty()) {
    const auto size = static_cast<unsigned char>(all.front());
    all.remove_prefix(1);
    found.emplace_back(all.substr(0, size));
    all.remove_prefix(std::min<std::size_t>(size, all.size()));
  }
  return found;
}

struct server_sink {
  void send(channel_id, const auto&) {}
  void ask_for_flush() {}
  bool run(const libsync::effect_key&, const auto&) { return true; }
  [[nodiscard]] bool observes() const { return false; }
  void changed(const auto&) {}
  void refused(libsync::client_id, libsync::submission_number, auto, const libsync::reason& why) {
    expect(!why.empty(), "a refusal has a reason");
  }
};

void check_server(const std::vector<std::string>& frames) {
  libsync::sequencer<tape::data, channel_id> server{{}, epoch};
  server_sink out;
  libsync::detail::typed_gate<tape::data, plain_form> gate{small()};
  const auto send = [](const std::string&) {};
  for (const auto& one : frames) {
    std::optional<channel_message> said;
    try {
      said = gate.hear(one);
    } catch (const wire_error& error) {
      return expect(std::string_view{error.what()}.size() > 10, "what is refused is so in words");
    }
    const auto question = gate.go_on(send);
    if (question.what == libsync::detail::following::question::kind::snapshot)
      gate.take_snapshot(question.number, libsync::enclose(server.read()));
    if (question.what == libsync::detail::following::question::kind::log)
      gate.take_log(question.number, libsync::enclose(server.read_log(question.log)), send);
    if (!said)
      continue;
    if (said->what == channel_message::kind::join)
      server.join(said->channel, said->content.as<libsync::join_request>(), 0, out);
    else if (said->what == channel_message::kind::submit)
      server.submit(said->channel, said->content.as<libsync::parcel<tape::data>>(), 0, out);
    else
      server.leave(said->channel, 0, out);
    server.flush(out);
    expect(server.version() == server.counters().accepted, "each version is one submission");
  }
}

struct no_uplink final : libsync::detail::any_uplink {
  void send(std::uint64_t, std::string) override {}
  void renew(std::uint64_t, const libsync::reason& why) noexcept override {
    expect(!why.empty(), "a connection ends for a reason");
    is_broken = true;
  }
  bool is_broken = false;
};

struct nobody final : libsync::detail::server_outlet {
  void send(const libsync::detail::actor_address&, libsync::detail::server_message,
            const libsync::envelope&) override {}
  void answer(std::uint64_t, libsync::envelope) override {}
  void fail(std::uint64_t) override {}
};

void check_relay(const std::vector<std::string>& frames) {
  const auto desk = std::make_shared<relay_desk>();
  const auto uplink = std::make_shared<no_uplink>();
  libsync::detail::typed_relay<tape::data, plain_form> relay{{}, small(), desk, uplink};
  nobody out;
  relay.join({}, {}, out);
  desk->put({relay_desk::kind::connected, 1});
  for (const auto& one : frames)
    desk->put({relay_desk::kind::frame, 1, libsync::detail::came_frame{one}});
  relay.hear_reports(out);
  const auto told = relay.status();
  expect(uplink->is_broken != told.why_closed.empty(), "a break is told");
  if (const auto shown = relay.read(1); shown.address() != nullptr)
    expect(shown.as<libsync::snapshot<tape::data>>().version == told.version,
           "what is shown is of its version");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto frames = frames_in({reinterpret_cast<const char*>(data), size});
  check_server(frames);
  check_relay(frames);
  return 0;
}
