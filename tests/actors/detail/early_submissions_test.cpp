#include "libsync/actors/detail/session/early_submissions.hpp"

#include <string>
#include <vector>

#include "libsync/protocol/parcel.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/submission.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"

namespace {

struct page {
  using operation = std::string;
};
using early = libsync::detail::early_submissions<page, libsync::optimistic>;

const std::string a = "the first of the lines, none of which stands within its string";
const std::string b = "the second of the lines, none of which stands within its string";
const std::string c = "the third of the lines, none of which stands within its string";

bool add(early& to, const libsync::submission<page>& one) {
  early::adding guard{to, one};
  guard.keep();
  return true;
}

} // namespace

TEST_CASE("what was submitted early is there once, in order, whichever allocation fails",
          "[session][failing]") {
  const libsync::submission<page> both{libsync::transaction<page>{{b, c}}};
  const auto failed = failing::each_allocation([&](auto arm) {
    early all;
    libsync::parcel<page> shown;
    const auto surely = [&](auto call) {
      if (!arm(call))
        CHECK(arm(call)); // as if it had not been called before
    };
    surely([&] { add(all, both); });
    CHECK(all.are_there());
    surely([&] { all.take(shown); });
    CHECK_FALSE(all.are_there());
    surely([&] { add(all, a); });
    surely([&] { add(all, both); });
    surely([&] { add(all, libsync::submission<page>{a}.only_since(7)); });
    surely([&] { all.take(shown); }); // behind what was there
    CHECK(shown.count == 4);
    CHECK(shown.operations == std::vector{b, c, a, b, c, a});
    REQUIRE(shown.shapes.size() == 3);
    CHECK(shown.shapes[0].index == 0);
    CHECK(shown.shapes[1].index == 2);
    CHECK(shown.shapes[2].index == 3);
    CHECK(shown.shapes[2].unchanged_since == 7);
  });
  CHECK(failed > 10);
}

TEST_CASE("what is not kept is taken back", "[session]") {
  early all;
  add(all, a);
  { const early::adding dropped{all, libsync::submission<page>{b}.only_since(1)}; }
  libsync::parcel<page> shown;
  all.take(shown);
  CHECK(shown.count == 1);
  CHECK(shown.operations == std::vector{a});
  CHECK(shown.shapes.empty());
}
