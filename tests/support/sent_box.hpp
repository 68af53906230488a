#pragma once

/// The bytes of boxes that are sent by CAF's inspectors: written, read, and changed with care.

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "libsync/statebox/set.hpp"
#include "libsync/statebox/stamp.hpp"
#include "support/catch.hpp"
#include "support/sealed.hpp"
#include "support/wire.hpp"

namespace wire {

template <class T>
bytes bytes_of(T value) {
  bytes into;
  CHECK(write(std::move(value), into).empty());
  return into;
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

  [[nodiscard]] bytes sealed() const {
    bytes into;
    CHECK(seal(form, parts, into).empty());
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
