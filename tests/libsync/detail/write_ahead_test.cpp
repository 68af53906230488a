#include "libsync/detail/server/write_ahead.hpp"

#include <vector>

#include "support/catch.hpp"

namespace {

struct outbox {
  libsync::detail::write_ahead<int> held;
  std::vector<int> said;

  void hold(int what) { held.hold(what); }
  std::vector<int> written(std::uint64_t record) {
    said.clear();
    held.release(record, [this](int what) { said.push_back(what); });
    return said;
  }
};

using all = std::vector<int>;

} // namespace

TEST_CASE("what is said waits for its record, in order") {
  outbox out;
  out.hold(1);
  out.hold(2);
  out.held.seal(1);
  out.hold(3);
  out.held.seal(2);
  CHECK(out.written(0).empty());
  CHECK(out.written(1) == all{1, 2});
  CHECK(out.written(1).empty());
  CHECK(out.written(2) == all{3});
  CHECK(out.held.empty());
}

TEST_CASE("what is not sealed is not said, whatever is written") {
  outbox out;
  out.hold(1);
  CHECK(out.written(9).empty());
  out.held.seal(4);
  CHECK(out.written(9) == all{1});
}

TEST_CASE("what needs no record waits for what was said before it") {
  outbox out;
  out.hold(1);
  out.held.seal(2);
  out.hold(2);
  out.held.seal(1); // which is written
  CHECK(out.written(1).empty());
  CHECK(out.written(2) == all{1, 2});
}

TEST_CASE("what is said while others are let out waits for the next seal") {
  libsync::detail::write_ahead<int> held;
  all said;
  held.hold(1);
  held.seal(1);
  held.release(1, [&](int what) {
    said.push_back(what);
    held.hold(what + 1);
  });
  CHECK(said == all{1});
  CHECK(held.size() == 1);
}

TEST_CASE("what is dropped is returned, and nobody hears it") {
  outbox out;
  out.hold(1);
  out.held.seal(1);
  out.hold(2);
  const auto gone = out.held.drop();
  CHECK(all(gone.begin(), gone.end()) == all{1, 2});
  CHECK(out.held.empty());
  CHECK(out.written(5).empty());
}

TEST_CASE("what is forgotten is said to nobody, and the rest waits for what it waited for") {
  libsync::detail::write_ahead<int> held;
  for (const int each : {1, 2, 3, 4})
    held.hold(each);
  held.seal(1);
  for (const int each : {5, 6})
    held.hold(each);
  held.forget([](int each) { return each % 2 == 0; });
  std::vector<int> said;
  held.release(1, [&](int each) { said.push_back(each); });
  CHECK(said == std::vector<int>{1, 3});
  held.seal(2);
  held.release(2, [&](int each) { said.push_back(each); });
  CHECK(said == std::vector<int>{1, 3, 5});
  CHECK(held.empty());
}

TEST_CASE("some of what is held is said early, once, and the rest is dropped") {
  outbox out;
  const auto early = [&] {
    out.said.clear();
    out.held.say_early([&](int what) {
      if (what % 2 == 0)
        out.said.push_back(what);
      return what % 2 == 0;
    });
    return out.said;
  };
  for (int what = 1; what != 6; ++what)
    out.hold(what);
  out.held.seal(1);
  CHECK(early() == all{2, 4});
  CHECK(early().empty());
  out.hold(6);
  out.hold(7);
  CHECK(early() == all{6});
  const auto gone = out.held.drop();
  CHECK(all(gone.begin(), gone.end()) == all{1, 3, 5, 7});
  out.hold(8);
  CHECK(early() == all{8});
}

TEST_CASE("what was said early is not said again when another could not be said") {
  libsync::detail::write_ahead<int> held;
  held.hold(1);
  held.hold(2);
  all said;
  const auto say = [&](int what) {
    if (what == 2 && said.size() == 1)
      throw said.emplace_back(0);
    said.push_back(what);
    return true;
  };
  CHECK_THROWS_AS(held.say_early(say), int);
  held.say_early(say);
  CHECK(said == all{1, 0, 2});
  CHECK(held.empty());
}
