#pragma once

/// The bytes of boxes that are sent by CAF's inspectors: written, read, and changed with care.

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "libsync/actors/detail/caf/bytes.hpp"
#include "libsync/actors/inspect_statebox.hpp"
#include "libsync/detail/crc32.hpp"
#include "libsync/statebox/set.hpp"
#include "libsync/statebox/stamp.hpp"
#include "support/catch.hpp"
#include "support/notes.hpp"
#include "support/wire.hpp"

// What a user writes so that notes can be sent.
namespace notes {

template <class Inspector>
auto inspect(Inspector& with, write& op) {
  return wire::members(with, op.line);
}

template <class Inspector>
auto inspect(Inspector& with, tag& op) {
  return wire::members(with, op.what);
}

template <class Inspector>
auto inspect(Inspector& with, page& data) {
  return wire::members(with, data.lines, data.tags, data.weight);
}

} // namespace notes

namespace wire {

inline std::string text_of(const caf::error& why) {
  return why ? libsync::detail::compat::place_and_reason(why).second : "";
}

template <class T>
bytes bytes_of(T value) {
  bytes into;
  CHECK(text_of(writer{into}.put(value)).empty());
  return into;
}

template <class T>
std::string read(const bytes& from, T& into) {
  return text_of(reader{from}.get(into));
}

template <class T>
std::string error_of(const bytes& from) {
  T into{};
  return read(from, into);
}

template <class Box>
void check_round_trip(const Box& box) {
  Box came;
  CHECK(read(bytes_of(box), came) == "");
  CHECK(came == box);
}

/// What was sent of a box, part by part, to be changed and sent with right checksums.
struct sent_box {
  std::uint8_t form = 0;
  std::vector<std::string> parts;

  explicit sent_box(const bytes& from) {
    reader in{from};
    REQUIRE_FALSE(in.get(form));
    while (in.remaining() > 0) {
      std::uint32_t sum = 0;
      REQUIRE_FALSE(in.get(sum, parts.emplace_back()));
    }
  }

  [[nodiscard]] bytes sealed() {
    bytes into;
    writer to{into};
    std::uint32_t sum = 0;
    CHECK_FALSE(to.put(form));
    for (auto& part : parts) {
      sum = libsync::detail::crc32(part, sum);
      CHECK_FALSE(to.put(sum, part));
    }
    return into;
  }
};

/// Returns a box that has added 1, 2 and 3.
template <class Box>
Box small() {
  using numbers = libsync::set<int>;
  Box box;
  for (int i = 1; i < 4; ++i) {
    if constexpr (std::is_same_v<decltype(box.last_modified()), libsync::stamp>)
      REQUIRE(box.record({i, libsync::origin{5}}, numbers::add{i}));
    else
      REQUIRE(box.record(i, numbers::add{i}));
  }
  return box;
}

} // namespace wire
