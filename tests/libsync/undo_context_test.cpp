#include <optional>

#include "libsync/undo.hpp"
#include "support/catch.hpp"
#include "support/diary.hpp"
#include "support/undo_world.hpp"

namespace {

/// Marks with who has set them.
struct put {
  int place = 0;
  std::optional<int> value;
};

struct signed_board {
  struct mark {
    int value = 0;
    libsync::client_id by{};
    libsync::version version = 0;
    friend bool operator==(const mark&, const mark&) = default;
  };
  using operation = put;
  std::map<int, mark> marks;
};

void reduce(signed_board& self, const put& op, const libsync::context<signed_board>& how) {
  if (op.value)
    self.marks.insert_or_assign(op.place, signed_board::mark{*op.value, how.by, how.version});
  else
    self.marks.erase(op.place);
}

put inverse(const signed_board& before, const put& op) {
  const auto found = before.marks.find(op.place);
  return {op.place,
          found == before.marks.end() ? std::nullopt : std::optional{found->second.value}};
}

} // namespace

TEST_CASE(
    "an inverse is applied in the context of whoever undoes, though none was taken to make it",
    "[undo][context]") {
  undo_world<signed_board> at{2};
  at[1].submit(put{1, 5});
  at.settle();
  at[0].submit(put{1, 6});
  at[0].submit(put{2, 7});
  CHECK(at[0].go_back()); // before it is decided
  at.settle();
  CHECK(at[0].go_back());
  at.settle();
  CHECK(at[1].shown().marks == std::map<int, signed_board::mark>{{1, {5, *at[0].client.id(), 5}}});
  CHECK(at[0].shown().marks == at.server.data().marks);
  CHECK(at[0].go_on());
  at.settle();
  CHECK(at[1].shown().marks.at(1) == signed_board::mark{6, *at[0].client.id(), 6});
}

TEST_CASE("an inverse may take the context of its step, of a transaction too", "[undo][context]") {
  undo_world<diary::data> at{2};
  at[1].submit(diary::jot{1});
  at[0].submit(diary::jot{2});
  at.settle();
  at[0].undo.begin_step();
  at[0].submit(diary::jot{3});
  at[0].submit(diary::jot{4});
  at[0].undo.end_step();
  at.settle();
  const auto before = at.server.data();
  REQUIRE(before.entries.size() == 4);
  CHECK(at[0].go_back());
  at.settle();
  CHECK(at[0].out.receipts.back().second == libsync::receipt::accepted(5));
  CHECK(at[1].shown().entries.size() == 2);
  CHECK(at[0].go_on());
  at.settle();
  CHECK(at[1].shown() == before);
  CHECK(at[0].shown() == before);
}
