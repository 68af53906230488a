#include "libsync/actors/detail/caf/bytes.hpp"

#include <cstddef>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/wire.hpp"

namespace {

namespace compat = libsync::detail::compat;

struct letters {
  std::u16string wide;
  std::u32string wider;
  long double number = 0;
  std::vector<bool> flags;
  std::string text;
};

template <class Inspector>
auto inspect(Inspector& with, letters& all) {
  return wire::members(with, all.wide, all.wider, all.number, all.flags, all.text);
}

} // namespace

TEST_CASE("bytes that CAF writes are read", "[inspect]") {
  letters sent{u"w\u00e4", U"w\U0001f600", 2.5L, {true, false, true}, std::string(100'000, 'x')};
  std::string bytes;
  REQUIRE_FALSE(
      compat::to_bytes(nullptr, bytes, [&](auto& to) { return compat::inspect_value(to, sent); }));
  const auto error_of_first = [&](std::size_t size) {
    letters came;
    std::size_t left = 0;
    const auto failed = compat::from_bytes(
        nullptr, bytes.substr(0, size),
        [&](auto& from) { return compat::inspect_value(from, came); }, left);
    if (!failed) {
      CHECK(left == 0);
      CHECK(came.wide == sent.wide);
      CHECK(came.wider == sent.wider);
      CHECK(came.number == sent.number);
      CHECK(came.flags == sent.flags);
      CHECK(came.text == sent.text);
    }
    return failed ? compat::place_and_reason(failed).second : std::string{};
  };
  CHECK(error_of_first(bytes.size()).empty());
  for (std::size_t size = 0; size < bytes.size(); size += size < 100 ? 1 : 9973)
    CHECK(error_of_first(size) == "it ends too early");
}
