#include "libsync/detail/server/reply_in_progress.hpp"
#include "libsync/protocol/reply.hpp"

#include <optional>
#include <string>
#include <vector>

#include "libsync/detail/server/submission_window.hpp"
#include "support/catch.hpp"
#include "support/heap.hpp"

using libsync::receipt;
using libsync::reply;
using libsync::submission_number;

namespace {

std::vector<receipt> expanded(const reply& told) {
  std::vector<receipt> all;
  submission_number next = told.first;
  told.for_each([&](submission_number number, const receipt& what) {
    CHECK(number == next++);
    all.push_back(what);
  });
  return all;
}

} // namespace

TEST_CASE("a reply lists verdicts, and numbers the other submissions", "[reply]") {
  // Of 6 submissions, each accepted, or refused in one of two ways.
  constexpr int ways = 3 * 3 * 3 * 3 * 3 * 3;
  for (int which = 0; which < ways; ++which) {
    reply told{libsync::client_id{1}, {}, 10, 5, 6, {}};
    std::vector<receipt> expected;
    libsync::version version = 10;
    for (int i = 0, rest = which; i < 6; ++i, rest /= 3) {
      const auto kind = rest % 3;
      expected.push_back(kind == 0 ? receipt::accepted(++version)
                                   : receipt::refused(kind == 1 ? "one" : "other"));
      if (kind != 0)
        told.add(5 + static_cast<submission_number>(i), expected.back());
    }
    INFO("case " << which);
    REQUIRE(expanded(told) == expected);
    REQUIRE(told.last() == version);
    // Any part of them, answered again, says the same.
    const libsync::detail::submission_window window{libsync::client_id{1}, 11, told};
    for (submission_number first = 3; first <= 11; ++first)
      for (submission_number end = first; end <= 13; ++end) {
        if (first == end)
          continue;
        if (first == 11)
          continue; // nothing of it was decided
        const auto again = expanded(libsync::detail::reply_again(window, first, end));
        REQUIRE(again.size() == std::min<submission_number>(end, 11) - first);
        for (submission_number number = first; number < first + again.size(); ++number) {
          const auto& what = again[number - first];
          if (number < 5)
            REQUIRE(what.what == receipt::kind::unknown);
          else
            REQUIRE(what == expected[number - 5]);
        }
      }
  }
}

TEST_CASE("adjacent submissions with one receipt are one verdict", "[reply]") {
  reply told{libsync::client_id{1}, {}, 0, 1, 5000, {}};
  for (submission_number number = 1; number <= 4096; ++number)
    told.add(number, receipt::refused("no"));
  told.add(4098, receipt::refused("no"));
  REQUIRE(told.verdicts.size() == 2);
  CHECK(told.verdicts[0].count == 4096);
  CHECK(told.last() == 5000 - 4097);
  CHECK(libsync::reply_to_all({}, {}, 7, 4096, receipt::overloaded()).verdicts.size() == 1);
  CHECK(libsync::reply_to_all({}, {}, 7, 0, receipt::overloaded()).verdicts.empty());
}

TEST_CASE("a long reason is cut behind a character", "[reply][limits]") {
  constexpr std::size_t limit = std::size_t{64} * 20;
  for (std::size_t pad = 0; pad < 5; ++pad) {
    libsync::detail::reply_in_progress told{{}, limit};
    std::string text(pad, 'x');
    while (text.size() <= 20)
      text += "\u00e4\u20ac";
    told.add(1, receipt::refused(text));
    const auto cut = std::string{told.told().verdicts[0].what.reason};
    INFO(cut);
    CHECK(cut.size() <= 20);
    CHECK(cut.size() >= 20 - 3);
    CHECK(cut.ends_with("..."));
    CHECK(libsync::utf8::find_invalid(cut) == libsync::utf8::npos);
    CHECK(text.starts_with(cut.substr(0, cut.size() - 3)));
  }
  libsync::detail::reply_in_progress told{{}, limit};
  const std::string longest(20, 'x');
  told.add(1, receipt::refused(longest));
  CHECK(told.told().verdicts[0].what.reason == longest);
}

TEST_CASE("the reasons of one parcel are bounded, and the last ones say that they are left out",
          "[reply][limits]") {
  const heap::growth growth;
  libsync::detail::reply_in_progress told{{}, std::size_t{64} * 1000};
  for (submission_number number = 1; number <= 4096; ++number)
    told.add(number, receipt::refused(std::to_string(number) + std::string(100'000, 'x')));
  CHECK(growth.bytes() < 64 * 1000 + 65 * 200);
  const auto& all = told.told().verdicts;
  REQUIRE(all.size() == 65);
  CHECK(all[63].what.reason.text().size() == 1000);
  CHECK(all[64].count == 4096 - 64);
  CHECK(all[64].what.reason == "the reason is left out: those of this parcel take too much memory");
}

TEST_CASE("equal reasons of verdicts that are not adjacent share one text", "[reply][limits]") {
  const heap::growth growth;
  libsync::detail::reply_in_progress told{{}, 1'000'000};
  for (submission_number number = 1; number <= 4096; number += 2)
    told.add(number, receipt::refused(std::string(10'000, 'x')));
  CHECK(told.told().verdicts.size() == 2048);
  CHECK(growth.bytes() < 4096 * sizeof(reply::verdict) + 20'000);
}
