// How to simulate many clients of data of your own: seats that are booked under faults, and what is
// told of a reducer that books a seat twice.

#include <array>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <ostream>

#include "libsync/testing.hpp"

struct book {
  std::size_t seat = 0;
  int guest = 0;

  friend std::ostream& operator<<(std::ostream& out, const book& self) {
    return out << "book{" << self.seat << ", " << self.guest << '}';
  }
};

template <bool Looks>
struct hall {
  using operation = book;
  std::array<int, 8> guests{}; // by seat; 0 is nobody
  int bookings = 0;
};

template <bool Looks>
libsync::outcome reduce(hall<Looks>& self, const book& op) {
  if (Looks && self.guests[op.seat] != 0)
    return libsync::refused("the seat is taken");
  self.guests[op.seat] = op.guest;
  ++self.bookings;
  return libsync::accepted();
}

template <bool Looks>
std::uint64_t digest(const hall<Looks>& self) {
  auto made = static_cast<std::uint64_t>(self.bookings);
  for (const auto guest : self.guests)
    made = made * 31 + static_cast<std::uint64_t>(guest);
  return made;
}

const auto make_booking = [](const auto&, libsync::testing::random& choices) {
  return book{choices.below(8), static_cast<int>(choices.between(1, 5))};
};

const auto is_sound = [](const auto& self) { return self.bookings <= 8; };

int main() {
  const auto report =
      libsync::testing::simulate<hall<true>>({.seeds = 100}, make_booking, is_sound);
  report.check();
  std::cout << report << '\n';
  // This one does not look whether the seat is taken.
  std::cout << libsync::testing::simulate<hall<false>>({.seeds = 100}, make_booking, is_sound);
}
