// Texts of many chunks are what a string would be.

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "libsync/text/difference.hpp"
#include "libsync/text/text.hpp"
#include "rope_shape.hpp"
#include "support/deltas.hpp"
#include "support/law.hpp"
#include "support/text_model.hpp"
#include "support/texts_by_chance.hpp"

using libsync::delta;
using libsync::text;

namespace {

// Applies deltas to a text and to a model. Returns why they differ; empty if they do not.
std::string compare(std::uint64_t seed, std::size_t most, int deltas) {
  texts_by_chance by{seed};
  const auto begin = by.string(by.length(most));
  auto shown = value_of(text::read(begin));
  text_model model{text_model::decode(begin)};
  std::vector<std::pair<text, std::string>> copies;
  for (int i = 0; i < deltas; ++i) {
    if (by.below(4) == 0)
      copies.emplace_back(shown, model.utf8());
    const auto change = by.delta(model.units);
    // So the text has all of its nodes alone, or with a copy, or some with the copies of before.
    const auto before = by.below(2) == 0 ? shown : value_of(text::read(shown.utf8()));
    const auto why = model.apply(change);
    const auto done = apply_delta(shown, change);
    rope_shape::check(shown);
    if (std::string{done.reason()} != why)
      return "expected: " + why + ", was: " + std::string{done.reason()};
    if (shown.size() != model.units.size() || shown.utf8() != model.utf8())
      return "another text";
    if (!done && shown != before)
      return "changed, but refused";
    if (shown != value_of(text::read(model.utf8())))
      return "not equal to the same text with other chunks";
    if ((shown == before) != (shown.utf8() == before.utf8()))
      return "equal, but different";
    if (after(before, difference(before, shown)) != shown)
      return "a wrong difference";
    const auto from = by.below(model.units.size() + 1);
    const auto to = from + by.below(model.units.size() + 1 - from);
    const auto part = shown.substring(from, to);
    if (static_cast<bool>(part) == (model.in_pair(from) || model.in_pair(to)))
      return "a substring parts a pair, or is refused";
    if (part && *part != model.utf8(from, to))
      return "a wrong substring";
  }
  for (const auto& [copy, expected] : copies) {
    rope_shape::check(copy);
    if (copy.utf8() != expected)
      return "a copy has changed";
  }
  return {};
}

} // namespace

TEST_CASE("a text of any script and length is what a string would be", "[text][law]") {
  check_law("short",
            [] { RC_ASSERT(compare(*rc::gen::arbitrary<std::uint64_t>(), 40, 10) == ""); });
  check_law("chunks",
            [] { RC_ASSERT(compare(*rc::gen::arbitrary<std::uint64_t>(), 30'000, 10) == ""); });
  for (std::uint64_t seed = 0; seed < 16; ++seed)
    CHECK(compare(seed, 200'000, 8).empty());
  for (std::uint64_t seed = 0; seed < 4; ++seed)
    CHECK(compare(seed, 2'000'000, 4).empty());
}

TEST_CASE("a text stays balanced through many edits", "[text]") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    texts_by_chance by{seed};
    const auto begin = by.string(50'000);
    auto shown = value_of(text::read(begin));
    text_model model{text_model::decode(begin)};
    for (int i = 0; i < 1000; ++i) {
      const auto change = by.delta(model.units);
      CHECK(apply_delta(shown, change).reason() == model.apply(change));
      rope_shape::check(shown);
      // Twice the text at most, but for small texts.
      REQUIRE(size_of(shown) <= 2 * shown.bytes() + 200);
    }
    CHECK(shown.utf8() == model.utf8());
  }
}

TEST_CASE("a text grows and shrinks letter by letter", "[text]") {
  using letter_and_units = std::pair<std::string, std::uint64_t>;
  const std::vector<letter_and_units> letters{{"a", 1}, {"漢", 1}, {"😀", 2}};
  for (const auto& [letter, units] : letters)
    for (const bool at_end : {true, false}) {
      text shown;
      const std::uint64_t count = 20'000;
      for (std::uint64_t i = 0; i < count; ++i) {
        delta typed;
        REQUIRE(typed.retain(at_end ? shown.size() : shown.size() / 2 / units * units));
        REQUIRE(typed.insert(letter));
        REQUIRE(apply_delta(shown, typed));
      }
      rope_shape::check(shown);
      CHECK(shown.bytes() == count * letter.size());
      CHECK(rope_shape::root_of(shown).height() > 0);
      CHECK(size_of(shown) < 2 * shown.bytes());
      while (!shown.empty()) {
        delta erased;
        REQUIRE(erased.retain(at_end ? shown.size() - units : shown.size() / 2 / units * units));
        REQUIRE(erased.erase(units));
        if (!apply_delta(shown, erased))
          break;
        if (shown.size() % 64 == 0)
          rope_shape::check(shown);
      }
      CHECK(shown == text{});
      CHECK(size_of(shown) == sizeof shown);
    }
}

TEST_CASE("an edit of a text that nobody shares changes one chunk in place", "[text]") {
  auto shown = value_of(text::read(std::string(100'000, 'a')));
  const auto first_chunk = [](const text& of) {
    const char* first = nullptr;
    of.for_each_chunk([&](std::string_view chunk) {
      if (first == nullptr)
        first = chunk.data();
    });
    return first;
  };
  REQUIRE(apply_delta(shown, "[5, \"x\"]"_delta)); // makes room in the first chunk
  const auto* before = first_chunk(shown);
  REQUIRE(apply_delta(shown, "[6, \"y\", -2]"_delta));
  CHECK(first_chunk(shown) == before);
  const auto copy = shown;
  CHECK(first_chunk(copy) == before);
  REQUIRE(apply_delta(shown, "[6, \"z\", -2]"_delta));
  CHECK(first_chunk(copy) == before);
  CHECK(first_chunk(shown) != before);
  CHECK(value_of(copy.substring(4, 9)) == "axyaa");
  CHECK(value_of(shown.substring(4, 9)) == "axzaa");
}

TEST_CASE("edits far from each other change one chunk each in place", "[text]") {
  auto shown = value_of(text::read(std::string(100'000, 'a')));
  const auto chunks = [&] {
    std::vector<const char*> all;
    shown.for_each_chunk([&](std::string_view chunk) { all.push_back(chunk.data()); });
    return all;
  };
  const auto typed = "[5, \"x\", 40000, \"y\", -1, 4, \"z\", 50000, -1]"_delta;
  REQUIRE(apply_delta(shown, typed)); // makes room in three chunks
  const auto before = chunks();
  REQUIRE(apply_delta(shown, typed));
  CHECK(chunks() == before);
  const auto copy = shown;
  REQUIRE(apply_delta(shown, typed));
  auto after = chunks();
  REQUIRE(after.size() == before.size());
  std::size_t others = 0;
  for (std::size_t i = 0; i < after.size(); ++i)
    others += after[i] != before[i] ? 1 : 0;
  CHECK(others == 3);
  CHECK(value_of(copy.substring(4, 9)) == "axxaa");
  CHECK(value_of(shown.substring(4, 9)) == "axxxa");
  rope_shape::check(shown);
}

TEST_CASE("copies of one text are changed and dropped on many threads", "[text]") {
  texts_by_chance by{7};
  const auto begin = by.string(100'000);
  const auto whole = value_of(text::read(begin));
  std::vector<std::string> wrong(4);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < wrong.size(); ++i)
      threads.emplace_back([&, i, copy = whole]() mutable {
        texts_by_chance mine{i};
        text_model model{text_model::decode(begin)};
        for (int step = 0; step < 100; ++step) {
          const auto dropped = copy;
          const auto change = mine.delta(model.units);
          if (apply_delta(copy, change).reason() != model.apply(change))
            wrong[i] = "another reason";
        }
        if (copy.utf8() != model.utf8())
          wrong[i] = "another text";
      });
  }
  for (const auto& one : wrong)
    CHECK(one.empty());
  CHECK(whole.utf8() == begin);
}
