// A text that runs out of memory changes wholly or not at all.

#include <stdexcept>
#include <string>

#include "libsync/text/text.hpp"
#include "rope_shape.hpp"
#include "support/catch.hpp"
#include "support/deltas.hpp"
#include "support/failing_element.hpp"

using libsync::delta;
using libsync::text;

namespace {

delta at(std::uint64_t place, const std::string& inserted, std::uint64_t erased) {
  delta made;
  CHECK(made.retain(place));
  CHECK(made.insert(inserted));
  CHECK(made.erase(erased));
  return made;
}

void must(const libsync::outcome& done) {
  if (!done)
    throw std::logic_error(std::string{done.reason()});
}

delta scattered(std::size_t places, std::uint64_t apart) {
  delta made;
  for (std::size_t i = 0; i < places; ++i) {
    CHECK(made.retain(apart));
    CHECK(made.insert("some text that is inserted"));
    CHECK(made.erase(1));
  }
  return made;
}

} // namespace

TEST_CASE("a text that runs out of memory changes wholly or not at all", "[text][failing]") {
  std::string begin;
  while (begin.size() < 200'000)
    begin += "Größe 漢字 and so on. ";
  const auto whole = value_of(text::read(begin));
  const auto size = whole.size();
  enum { all, some, none }; // of the nodes
  for (const auto& change : {at(100, "x", 0), at(100, std::string(100, 'x'), 1), at(size, "x", 0),
                             at(0, "", size), at(5000, std::string(10'000, 'x'), 0),
                             at(10, "", 50'000), scattered(3, 2), scattered(50, 1000)}) {
    const auto expected = after(whole, change);
    for (const auto shares : {all, some, none}) {
      const auto fails = failing::each_allocation([&](auto arm) {
        auto one = shares == none ? value_of(text::read(begin)) : whole;
        if (shares == some) {
          must(apply_delta(one, at(size / 2, "x", 0)));
          must(apply_delta(one, at(size / 2, "", 1)));
        }
        const bool done = arm([&] { must(apply_delta(one, change)); });
        CHECK((one == (done ? expected : whole)));
        rope_shape::check(one);
      });
      CHECK(fails + (expected.empty() ? 1 : 0) > 0);
    }
  }
  failing::each_allocation([&](auto arm) {
    text one;
    const bool done = arm([&] { one = value_of(text::read(begin)); });
    CHECK((one == (done ? whole : text{})));
  });
  CHECK(whole.utf8() == begin);
}
