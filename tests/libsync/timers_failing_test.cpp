#include <cstddef>
#include <string>
#include <vector>

#include "libsync/timers.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"

namespace {

struct list {
  using operation = std::string;
};

std::string text(const char* name) {
  return std::string{name} + ", too long to stand within its string, so that copies allocate";
}

} // namespace

TEST_CASE("a timer is set wholly or not at all, whichever allocation fails", "[timers][failing]") {
  const auto failed = failing::each_allocation([](auto arm) {
    libsync::timers<list> all{2};
    const auto surely = [&](const char* name, libsync::timestamp time, const char* op) {
      const auto before = all.size();
      const auto next = all.next();
      bool is_set = false;
      const auto set = [&] { is_set = all.set(text(name), time, text(op)).accepted(); };
      if (!arm(set)) {
        CHECK(all.size() == before);
        CHECK(all.next() == next);
        set();
      }
      CHECK(is_set);
    };
    surely("first", 5, "a");
    surely("second", 7, "b");
    surely("first", 9, "c"); // in the place of the other
    CHECK(all.size() == 2);
    CHECK_FALSE(all.set(text("third"), 1, text("d")));
    CHECK(all.cancel(text("second")));
    CHECK(all.next() == 9);
    CHECK(all.cancel(text("first")));
    CHECK(all.size() == 0);
  });
  CHECK(failed > 5);
}
