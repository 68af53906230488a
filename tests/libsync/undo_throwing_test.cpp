#include <stdexcept>
#include <string>

#include "libsync/reducer.hpp"
#include "libsync/undo.hpp"
#include "support/catch.hpp"
#include "support/undo_world.hpp"

// A sum of which some additions have no inverse.
namespace sum {

struct add {
  int amount = 0;
};

struct data {
  using operation = add;
  static constexpr bool throws_cleanly = true;
  int value = 0;
};

libsync::outcome reduce(data& self, const add& op) {
  if (self.value + op.amount > 100)
    return libsync::refused("that is too much");
  self.value += op.amount;
  return libsync::accepted();
}

add inverse(const data&, const add& op) {
  if (op.amount == 13)
    throw std::runtime_error("nobody takes thirteen back");
  return {-op.amount};
}

} // namespace sum

TEST_CASE("a step whose inverse cannot be made is not undone, and says so", "[undo]") {
  undo_world<sum::data> at{2};
  CHECK(at[0].submit({1}));
  CHECK(at[0].submit({13}));
  at.settle();
  CHECK(at[0].shown().value == 14); // the server knows no inverse, and needs none
  CHECK(at[1].shown().value == 14);
  const auto failed = at[0].go_back();
  REQUIRE_FALSE(failed);
  CHECK(failed.failure() == "it was first seen inside a snapshot, or its inverse is lost");
  CHECK(at[0].go_back()); // that one step is gone, and no other
  at.settle();
  CHECK(at[1].shown().value == 13);
}

TEST_CASE("a transaction is not undone at all if one of its inverses cannot be made", "[undo]") {
  undo_world<sum::data> at{2};
  CHECK(at[0].submit({2}));
  at[0].undo.begin_step();
  CHECK(at[0].submit({5}));
  CHECK(at[0].submit({13}));
  at[0].undo.end_step();
  at.settle();
  CHECK(at[1].shown().value == 20);
  CHECK_FALSE(at[0].go_back());
  CHECK(at[0].go_back());
  at.settle();
  CHECK(at[1].shown().value == 18);
}
