#include <cstddef>
#include <stdexcept>
#include <string>

#include "libsync/detail/server/checker.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"

namespace {

enum class how { add, refuse_once, change_and_refuse, no_way_back };

struct step {
  how with = how::add;
};

int calls = 0;

/// A sum whose copies and moves fail, and whose comparison throws at 100.
struct sum {
  using operation = step;
  failing::value<int> of{0};
  friend bool operator==(const sum& one, const sum& other) {
    if (*one.of >= 100 && *other.of >= 100)
      throw std::runtime_error("too large to compare");
    return *one.of == *other.of;
  }
};

libsync::outcome reduce(sum& self, const step& op) {
  if (op.with == how::refuse_once && ++calls == 1)
    return libsync::refused("not now");
  if (op.with == how::no_way_back && *self.of > 1)
    return libsync::refused("there is no way back");
  *self.of += op.with == how::no_way_back ? -1 : 1;
  return op.with == how::change_and_refuse ? libsync::refused("too late") : libsync::accepted();
}
step inverse(const sum&, const step& op) {
  return {op.with == how::add ? how::no_way_back : op.with};
}

struct checked {
  libsync::detail::checker<sum> by{true};
  sum data;
  libsync::outcome step(how with) {
    op.with = with;
    libsync::effects<sum> asked;
    return by.step(data, op, {}, asked);
  }
  std::string found() {
    std::string all;
    for (const auto& one : by.take())
      all += std::string{one.reason.text()} + ";";
    return all;
  }
  struct step op;
};

} // namespace

TEST_CASE("a check that there is no memory for leaves an operation unchecked",
          "[checked][failing]") {
  const auto failed = failing::each_transfer([](auto arm) {
    checked at;
    REQUIRE(arm([&] { CHECK(at.step(how::add)); }));
    CHECK(*at.data.of == 1);
  });
  CHECK(failed > 1);
}

TEST_CASE("what cannot be put back is unknown", "[checked][failing]") {
  std::size_t unknown = 0;
  const auto failed = failing::each_transfer([&](auto arm) {
    checked at;
    libsync::outcome done;
    REQUIRE(arm([&] { done = at.step(how::change_and_refuse); }));
    CHECK_FALSE(done);
    unknown += done.leaves_data_unknown() ? 1 : 0;
    if (at.by.has_found() && !done.leaves_data_unknown())
      CHECK(*at.data.of == 0);
  });
  CHECK(failed > 2);
  CHECK(unknown == 1);
}

TEST_CASE("an operation that is refused once is reported", "[checked]") {
  checked at;
  calls = 0;
  CHECK_FALSE(at.step(how::refuse_once));
  CHECK(at.found() ==
        "the reducer is not deterministic: it was refused once and accepted the other time;");
  CHECK(*at.data.of == 0);
}

TEST_CASE("an inverse that is refused is reported", "[checked]") {
  checked at;
  CHECK(at.step(how::add));
  CHECK(at.found().empty());
  CHECK(at.step(how::add));
  CHECK(at.found() == "its inverse is not accepted: there is no way back;");
}

TEST_CASE("data whose comparison throws are taken for the same", "[checked]") {
  checked at;
  at.data.of = 99;
  CHECK(at.step(how::add));
  CHECK(*at.data.of == 100);
  CHECK(at.step(how::add)); // is not compared at all
  CHECK(*at.data.of == 101);
}

TEST_CASE("a promise that is broken is refused though there is no memory to say so",
          "[checked][failing]") {
  const auto failed = failing::each_allocation([](auto arm) {
    checked at;
    libsync::outcome done;
    REQUIRE(arm([&] { done = at.step(how::change_and_refuse); }));
    CHECK_FALSE(done);
    CHECK(*at.data.of == 0);
  });
  CHECK(failed > 1);
}
