#pragma once

/// What the two ends of a connection say before, between and after the frames of a relay.
/// docs/wire.md describes it.

#include <cstdint>
#include <string>

#include "libsync/network/detail/relay_frames.hpp"
#include "libsync/network/detail/wire_bytes.hpp"

#include "libsync/reason.hpp"

namespace libsync::detail {

/// The version of the form that this end speaks.
inline constexpr std::uint64_t wire_version = 1;

/// The first words of a relay.
struct greeting {
  /// What the data are called.
  std::string data;
  /// How users' values are written.
  std::string form;
  /// What it proves itself by, if not by a certificate.
  std::string token;
};

[[nodiscard]] inline std::string hello_frame(const greeting& what) {
  return make_frame(frame_kind::hello, [&](wire_writer& to) {
    to.text("libsync");
    to.number(wire_version);
    to.text(what.data);
    to.text(what.form);
    to.text(what.token);
  });
}

/// Throws wire_error, also at another version.
[[nodiscard]] inline greeting read_hello(wire_reader& from) {
  if (from.byte("kind") != static_cast<std::uint8_t>(frame_kind::hello) ||
      from.text("name of the protocol") != "libsync")
    from.fail("kind", "found something else than libsync's hello");
  if (const auto found = from.number("version"); found != wire_version)
    from.fail("version",
              "found " + std::to_string(found) + ", expected " + std::to_string(wire_version));
  greeting said;
  said.data = from.text("data");
  said.form = from.text("form");
  said.token = from.text("token");
  from.end();
  return said;
}

[[nodiscard]] inline std::string greeted_frame() {
  return make_frame(frame_kind::greeted, [](wire_writer& to) { to.number(wire_version); });
}
[[nodiscard]] inline std::string closing_frame(const reason& why) {
  return make_frame(frame_kind::closing, [&](wire_writer& to) { to.text(why.text()); });
}
[[nodiscard]] inline std::string alive_frame() {
  return make_frame(frame_kind::alive, [](wire_writer&) {});
}

} // namespace libsync::detail
