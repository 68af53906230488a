#include "libsync/text/compose.hpp"
#include "libsync/text/difference.hpp"
#include "libsync/text/transform.hpp"

#include "support/chosen.hpp"
#include "support/deltas.hpp"
#include "support/many_cases.hpp"

using libsync::compose;
using libsync::delta;
using libsync::priority;
using libsync::text;

namespace {

bool is_canonical(const delta& change) {
  using kind = libsync::delta_component::kind;
  bool good = true;
  kind before{};
  std::size_t count = 0;
  change.for_each([&](const libsync::delta_component& next) {
    good = good && next.units != 0;
    good = good && (next.what == kind::insert) == !next.inserted.empty();
    good = good && next.units == (next.what == kind::insert ? libsync::utf8::units(next.inserted)
                                                            : next.units);
    if (count++ != 0)
      good = good && before != next.what && !(before == kind::erase && next.what == kind::insert);
    before = next.what;
  });
  return good && (count == 0) == change.empty();
}

bool is_trimmed(const delta& change) {
  bool ends_in_retain = false;
  change.for_each([&](const libsync::delta_component& next) {
    ends_in_retain = next.what == libsync::delta_component::kind::retain;
  });
  return !ends_in_retain;
}

} // namespace

TEST_CASE("both orders of two concurrent deltas give the same text and the same delta",
          "[text][law]") {
  check_law_often("TP1", [] {
    auto by = chosen();
    const auto begin = by.text(12);
    const auto a = by.delta(begin);
    const auto b = by.delta(begin);
    const bool a_first = by.below(2) == 0;
    const auto b2 = transform(a, b, a_first ? priority::left : priority::right);
    const auto a2 = transform(b, a, a_first ? priority::right : priority::left);
    RC_ASSERT(after(after(begin, a), b2) == after(after(begin, b), a2));
    RC_ASSERT(value_of(compose(a, b2)) == value_of(compose(b, a2)));
  });
}

TEST_CASE("compose is associative", "[text][law]") {
  check_law_often("associative", [] {
    auto by = chosen();
    const auto begin = by.text(12);
    const auto a = by.delta(begin);
    const auto b = by.delta(after(begin, a));
    const auto c = by.delta(after(after(begin, a), b));
    const auto left = value_of(compose(value_of(compose(a, b)), c));
    const auto right = value_of(compose(a, value_of(compose(b, c))));
    RC_ASSERT(left == right);
    RC_ASSERT(after(begin, left) == after(after(after(begin, a), b), c));
  });
}

TEST_CASE("appending, transform, compose and difference keep the canonical form", "[text][law]") {
  check_law_often("canonical", [] {
    auto by = chosen();
    const auto begin = by.text(12);
    const auto a = by.delta(begin);
    const auto b = by.delta(begin);
    const auto c = by.delta(after(begin, a));
    RC_ASSERT(is_canonical(a));
    for (const auto which : {priority::left, priority::right}) {
      RC_ASSERT(is_canonical(transform(a, b, which)));
      RC_ASSERT(is_trimmed(transform(a, b, which)));
    }
    RC_ASSERT(is_canonical(value_of(compose(a, c))));
    RC_ASSERT(is_trimmed(value_of(compose(a, c))));
    const auto changed = difference(begin, after(begin, a));
    RC_ASSERT(is_canonical(changed));
    RC_ASSERT(is_trimmed(changed));
  });
}

TEST_CASE("the difference of two texts changes one into the other", "[text][law]") {
  check_law_often("difference", [] {
    auto by = chosen();
    const auto from = by.text(12);
    const auto to = by.below(2) == 0 ? by.text(12) : after(from, by.delta(from, 2));
    RC_ASSERT(after(from, difference(from, to)) == to);
    RC_ASSERT(difference(to, to).empty());
  });
}

TEST_CASE("a written delta is read back the same", "[text][law]") {
  check_law_often("wire", [] {
    auto by = chosen();
    const auto change = by.delta(by.text(12));
    RC_ASSERT(value_of(libsync::read_delta(libsync::write_delta(change))) == change);
  });
}

TEST_CASE("a position moves as a mark in the text would", "[text][law]") {
  // A mark is a character of its own; what is inserted at its place comes behind it.
  check_law_often("position", [] {
    auto by = chosen();
    const auto begin = by.text(12);
    const auto change = by.delta(begin);
    const auto bytes =
        libsync::utf8::character_before(begin.utf8(), by.below(begin.utf8().size() + 1));
    const auto index = libsync::utf8::units(begin.utf8().substr(0, bytes));
    delta mark;
    RC_ASSERT(mark.retain(index).accepted());
    RC_ASSERT(mark.insert("|").accepted());
    const auto marked = after(after(begin, change), transform(change, mark, priority::right));
    const auto at = marked.utf8().find('|');
    RC_ASSERT(transform_position(change, index) ==
              libsync::utf8::units(marked.utf8().substr(0, at)));
  });
}
