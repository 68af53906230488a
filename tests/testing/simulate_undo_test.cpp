#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>

#include "libsync/outcome.hpp"
#include "libsync/testing/simulate.hpp"
#include "simulate/bank.hpp"
#include "support/board.hpp"
#include "support/catch.hpp"

using libsync::testing::simulate;

namespace {

// A hall whose seats are taken and given back.
struct take {
  int seat = 0;
  bool back = false;
  friend std::ostream& operator<<(std::ostream& out, const take& self) {
    return out << "take{" << self.seat << (self.back ? ", true}" : "}");
  }
};

enum class fault { none, wrong_seat, lost };

template <fault Fault>
struct hall {
  using operation = take;
  std::map<int, int> times;
};

template <fault Fault>
libsync::outcome reduce(hall<Fault>& self, const take& op) {
  auto& times = self.times[op.seat];
  if (op.back && times == 0)
    return libsync::refused("nobody has that seat");
  if (op.back && Fault == fault::lost)
    return libsync::accepted();
  times += op.back ? -1 : 1;
  return libsync::accepted();
}

template <fault Fault>
take inverse(const hall<Fault>&, const take& op) {
  return {Fault == fault::wrong_seat && op.seat == 3 ? 4 : op.seat, !op.back};
}

template <fault Fault>
std::uint64_t digest(const hall<Fault>& self) {
  std::uint64_t made = 1;
  for (const auto& [seat, times] : self.times)
    made += times == 0 ? 0 : static_cast<std::uint64_t>((seat + 1) * 1'000'003 + times * 8191);
  return made;
}

// A bank that marks when money was moved.
struct dated : bank::reversible {};

libsync::outcome reduce(dated& self, const bank::transfer& op, const libsync::context<dated>& how) {
  auto done = bank::check_both_ways(self, op);
  if (done)
    self.move(op, how.version * 8191 + static_cast<std::uint64_t>(how.by));
  return done;
}

bank::transfer inverse(const dated&, const bank::transfer& op) {
  return {op.from, op.to, op.amount, !op.back};
}

const auto make = [](const auto&, libsync::testing::random& choices) {
  return take{static_cast<int>(choices.below(6))};
};
const auto always = [](const auto&) { return true; };

} // namespace

TEST_CASE("random networks: clients that undo keep all promises", "[simulation][undo]") {
  const auto told = simulate<hall<fault::none>>({.seeds = 100, .undo = true}, make, always);
  INFO(told);
  CHECK(told);
}

TEMPLATE_TEST_CASE("random networks: clients undo what others depend on", "[simulation][undo]",
                   bank::reversible, dated) {
  const auto told = simulate<TestType>({.seeds = 100, .undo = true}, bank::make, bank::is_sound);
  INFO(told);
  CHECK(told);
}

TEST_CASE("random networks: clients undo what they type, where others type too",
          "[simulation][undo][text]") {
  const auto type = [](const board::page& seen, libsync::testing::random& choices) {
    board::edit made;
    const auto size = seen.words.size();
    const auto from = choices.below(size + 1);
    static_cast<void>(made.change.retain(from));
    if (from < size && choices.chance(30))
      static_cast<void>(
          made.change.erase(1 + choices.below(std::min<std::size_t>(3, size - from))));
    else
      static_cast<void>(made.change.insert(std::string(1 + choices.below(3), 'a')));
    return made;
  };
  const auto told = simulate<board::page>({.seeds = 100, .undo = true}, type, always);
  INFO(told);
  CHECK(told);
}

TEMPLATE_TEST_CASE("random networks with undo find an inverse that does not lead back, or an undo "
                   "that is lost, by a short list of events",
                   "[simulation][undo]", hall<fault::wrong_seat>, hall<fault::lost>) {
  const auto told = simulate<TestType>({.undo = true}, make, always);
  REQUIRE_FALSE(told);
  INFO(told);
  CHECK(told.failure->what.find(", but its inverse ") != std::string::npos);
  CHECK(std::count(told.failure->steps.begin(), told.failure->steps.end(), '\n') == 1);
}

TEST_CASE("random networks undo only if they are asked to", "[simulation][undo]") {
  const auto told = simulate<bank::reversible>({.seeds = 5}, bank::make, bank::is_sound);
  CHECK(told.totals.versions != 0);
  CHECK(told.digest !=
        simulate<bank::reversible>({.seeds = 5, .undo = true}, bank::make, bank::is_sound).digest);
}
