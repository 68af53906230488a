#include "libsync/size_of.hpp"

#include <array>
#include <cstddef>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/statebox/counter.hpp"
#include "libsync/statebox/dynamic.hpp"

#include "support/catch.hpp"

namespace sized {

struct plain {
  std::array<char, 40> bytes{};
};

struct text {
  std::string what;
};

inline std::size_t size_of(const text& op) {
  return sizeof op + op.what.size();
}

/// One that says what cannot be.
struct boundless {
  std::size_t claims = 0;
};

inline std::size_t size_of(const boundless& op) {
  if (op.claims == 1)
    throw std::runtime_error("it does not know");
  return op.claims;
}

} // namespace sized

using libsync::amount;
using libsync::operation_size;

TEST_CASE("an operation takes its sizeof, or what its size_of says", "[size_of]") {
  CHECK(operation_size(sized::plain{}) == 40);
  CHECK(operation_size(7) == sizeof(int));
  CHECK(operation_size(sized::text{std::string(1000, 'x')}) == sizeof(sized::text) + 1000);
}

TEST_CASE("a variant takes what lies beside it too, if an alternative says so", "[size_of]") {
  using either = std::variant<sized::plain, sized::text>;
  CHECK(operation_size(either{sized::plain{}}) == sizeof(either));
  CHECK(operation_size(either{sized::text{std::string(1000, 'x')}}) == sizeof(either) + 1000);
  using simple = std::variant<sized::plain, int>;
  CHECK(operation_size(simple{3}) == sizeof(simple));
  using nested = std::variant<int, either>;
  CHECK(operation_size(nested{either{sized::text{std::string(9, 'x')}}}) == sizeof(nested) + 9);
}

TEST_CASE("a size_of that says too little, too much or nothing does no harm", "[size_of]") {
  CHECK(operation_size(sized::boundless{0}) == sizeof(sized::boundless));
  CHECK(operation_size(sized::boundless{1}) == sizeof(sized::boundless));
  std::vector<sized::boundless> many(1000, {std::numeric_limits<std::size_t>::max()});
  const auto all = libsync::amount_of(std::span{many});
  CHECK(all.operations == 1000);
  CHECK(all.bytes == 1000 * (std::uint64_t{1} << 40));
}

TEST_CASE("owned memory is found within containers, optionals, pairs and variants", "[size_of]") {
  using libsync::owned_bytes;
  using std::string;
  const string ten(10, 'x');
  CHECK(owned_bytes() == 0);
  CHECK(owned_bytes(7, std::array<int, 3>{}) == 0);
  CHECK(owned_bytes(ten, ten) == 20);
  CHECK(owned_bytes(std::vector<int>(10)) == 10 * sizeof(int));
  CHECK(owned_bytes(std::vector<string>{ten, ten}) == 2 * sizeof(string) + 20);
  CHECK(owned_bytes(std::map<int, string>{{1, ten}}) == sizeof(std::pair<const int, string>) + 10);
  CHECK(owned_bytes(std::optional<string>{}) == 0);
  CHECK(owned_bytes(std::optional{ten}) == 10);
  CHECK(owned_bytes(std::variant<int, string>{ten}) == 10);
  CHECK(owned_bytes(std::tuple{1, ten, ten}) == 20);
  CHECK(owned_bytes(sized::text{ten}) == 10);
  CHECK(owned_bytes(std::make_unique<int>(3)) == 0); // nothing is known of it
}

TEST_CASE("ready-made operations count with what they carry", "[size_of]") {
  const std::string ten(10, 'x');
  using libsync::dynamic;
  using names = libsync::set<std::string>;
  using numbers = libsync::set<int>;
  CHECK(operation_size(numbers::operation{numbers::add{3}}) == sizeof(numbers::operation));
  CHECK(operation_size(names::operation{names::add{ten}}) == sizeof(names::operation) + 10);
  CHECK(operation_size(numbers::operation{numbers::unite{numbers{1, 2, 3}}}) ==
        sizeof(numbers::operation) + sizeof(numbers) + 3 * sizeof(int));
  using ages = libsync::dictionary<std::string, int>;
  CHECK(operation_size(ages::operation{ages::store{ten, 7}}) == sizeof(ages::operation) + 10);
  CHECK(operation_size(libsync::counter::increment{}) == sizeof(libsync::counter::increment));

  const libsync::dynamic_operation small{dynamic::elements::add{1}};
  CHECK(operation_size(small) == sizeof small);
  const dynamic nested{libsync::set<dynamic>{dynamic{ten}, dynamic{std::string(1000, 'y')}}};
  const libsync::dynamic_operation large{dynamic::pairs::store{"key", nested}};
  CHECK(operation_size(large) > sizeof large + 1010 + 2 * sizeof(dynamic));
  CHECK(operation_size(large) < sizeof large + 1010 + 8 * sizeof(dynamic));
  const libsync::dynamic_operation deep{
      dynamic::pairs::update{"key", libsync::composite<libsync::dynamic_operation>{large}}};
  CHECK(operation_size(deep) > operation_size(large));
}

TEST_CASE("a counter counts with its entries", "[size_of]") {
  libsync::counter one;
  const auto empty = size_of(one);
  reduce(one, libsync::counter::increment{libsync::stamp::none, 1, 1, 5});
  CHECK(size_of(one) >= empty + sizeof(libsync::counter::entry));
}

TEST_CASE("the leading operations are those that fit", "[size_of]") {
  const std::vector<sized::plain> same(10);
  const auto fit = [&](amount most, std::uint64_t largest = 40) {
    return libsync::leading(std::span{same}, most, largest);
  };
  CHECK(fit({3, 4000}) == 3);
  CHECK(fit({20, 4000}) == 10);
  CHECK(fit({20, 119}) == 2);
  CHECK(fit({20, 4000}, 39) == 0);
  std::vector<sized::text> texts;
  for (const std::size_t size : {10U, 20U, 300U, 10U})
    texts.push_back({std::string(size, 'x')});
  const auto some = [&](amount most, std::uint64_t largest) {
    return libsync::leading(std::span{std::as_const(texts)}, most, largest);
  };
  CHECK(some({9, 10'000}, 10'000) == 4);
  CHECK(some({1, 10'000}, 10'000) == 1);
  CHECK(some({9, 2 * sizeof(sized::text) + 30}, 10'000) == 2);
  CHECK(some({9, 2 * sizeof(sized::text) + 29}, 10'000) == 1);
  CHECK(some({9, 10'000}, sizeof(sized::text) + 299) == 2);
}
