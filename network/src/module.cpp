#include "module.hpp"

#include <stdexcept>
#include <string>

#include "libsync/actors/config.hpp"
#include "libsync/actors/detail/caf/version.hpp"
#include "libsync/network/options.hpp"
#include "libsync/network/runtime.hpp"

#include <caf/all.hpp>
#include <caf/io/all.hpp>

namespace libsync::detail {

void require_network(caf::actor_system& system) {
  if (!system.has_middleman())
    throw network::network_error{"the actor system has no network: use libsync::network::runtime, "
                                 "or load caf::io::middleman in its configuration"};
}

} // namespace libsync::detail

namespace libsync::network {

namespace {

void load_network(config& settings) {
#if LIBSYNC_CAF_VERSION >= 18
  caf::io::middleman::init_global_meta_objects();
#endif
  settings.load<caf::io::middleman>();
}

} // namespace

runtime::runtime() : libsync::runtime(load_network) {}

const connection_limits& connection_limits::checked() const {
  const auto fail = [](const std::string& why) {
    throw std::invalid_argument{"libsync::network::connection_limits: " + why};
  };
  const auto at_least_1 = [&](const char* name, auto value) {
    if (value < 1)
      fail("`" + std::string{name} + "` is " + std::to_string(value) + ", expected at least 1");
  };
  at_least_1("frame_bytes", frame_bytes);
  at_least_1("operations", operations);
  at_least_1("snapshot_bytes", snapshot_bytes);
  at_least_1("unhandled_bytes", unhandled_bytes);
  at_least_1("unsent_bytes", unsent_bytes);
  at_least_1("clients", clients);
  at_least_1("bytes_per_second", bytes_per_second);
  at_least_1("joins_per_second", joins_per_second);
  at_least_1("greeting", greeting.count());
  at_least_1("heartbeat", heartbeat.count());
  if (silence <= heartbeat)
    fail("`silence` is " + std::to_string(silence.count()) + " ms, expected more than the " +
         std::to_string(heartbeat.count()) + " ms of `heartbeat`");
  return *this;
}

} // namespace libsync::network
