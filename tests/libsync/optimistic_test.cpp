#include "libsync/optimistic.hpp"

#include <cstdint>
#include <vector>

#include "support/catch.hpp"
#include "support/optimistic_fixture.hpp"

namespace {

using libsync::receipt;
using libsync::standing;
using libsync::transaction;
using stack::pop;
using stack::push;
using stack::tear;
using numbers = std::vector<std::int64_t>;
using standings = std::vector<standing>;

template <class Data>
libsync::submission<Data> wholly(std::vector<typename Data::operation> all) {
  return transaction<Data>{std::move(all)};
}

} // namespace

TEMPLATE_TEST_CASE("an optimistic replica shows what was submitted at once", "[optimistic]",
                   stack::steps, stack::copies) {
  optimistic_fixture<TestType> at;
  at.submit(push{1}); // before there are data
  CHECK(at.standings() == standings{standing::skipped});
  at.join(4, {0});
  CHECK(at.shown() == numbers{0, 1});
  at.submit(push{2});
  CHECK(at.shown() == numbers{0, 1, 2});
  CHECK(at.confirmed() == numbers{0});
  CHECK(at.client.version() == 4);
  CHECK(at.standings() == standings{standing::pending, standing::pending});
  at.receive({{push{1}, at.me, 1}});
  CHECK(at.confirmed() == numbers{0, 1});
  CHECK(at.standings() == standings{standing::pending});
  at.receive({{push{2}, at.me, 2}});
  CHECK(at.shown() == numbers{0, 1, 2});
  CHECK(at.confirmed() == at.shown());
  CHECK(at.client.version() == 6);
  CHECK(at.out.receipts.size() == 2);
}

TEMPLATE_TEST_CASE("pending submissions are applied anew on what others did", "[optimistic]",
                   stack::steps, stack::copies) {
  optimistic_fixture<TestType> at;
  at.join(0, {1});
  at.submit(push{2});
  at.submit(push{3});
  at.receive({{push{7}}});
  CHECK(at.shown() == numbers{1, 7, 2, 3});
  CHECK(at.confirmed() == numbers{1, 7});
  at.receive({{push{2}, at.me, 1}, {push{8}}, {push{3}, at.me, 2}, {push{9}}});
  CHECK(at.shown() == numbers{1, 7, 2, 8, 3, 9});
  CHECK(at.confirmed() == at.shown());
  CHECK(at.out.divergences.empty());
}

TEMPLATE_TEST_CASE("what fails on what others did is skipped, and tried again", "[optimistic]",
                   stack::steps, stack::copies) {
  optimistic_fixture<TestType> at;
  at.join(0, {1});
  at.submit(pop{1});
  at.submit(push{5});
  CHECK(at.shown() == numbers{5});
  at.receive({{push{2}}});
  CHECK(at.shown() == numbers{1, 2, 5});
  CHECK(at.client.pending().front() ==
        libsync::pending_submission{1, standing::skipped, "another number is on top"});
  CHECK(at.standings() == standings{standing::skipped, standing::pending});
  at.receive({{pop{2}}});
  CHECK(at.shown() == numbers{5});
  CHECK(at.standings() == standings{standing::pending, standing::pending});
}

TEMPLATE_TEST_CASE("a refused submission is shown no more when its receipt comes", "[optimistic]",
                   stack::steps, stack::copies) {
  optimistic_fixture<TestType> at;
  at.join(0, {1});
  at.submit(push{2});
  at.submit(push{3});
  at.out.observing = true;
  at.receive(libsync::reply{{}, {}, 0, 1, 1, {{1, receipt::refused("no")}}});
  CHECK(at.shown() == numbers{1, 3});
  CHECK(at.out.receipts.back().second == receipt::refused("no"));
  REQUIRE(at.out.seen.size() == 1);
  CHECK(at.out.seen.back().values == numbers{1, 3});
}

TEMPLATE_TEST_CASE("who stands before an accepted one and is not there was refused", "[optimistic]",
                   stack::steps, stack::copies) {
  optimistic_fixture<TestType> at;
  at.join(0, {1});
  static_cast<void>(at.client.push(push{2}));
  static_cast<void>(at.client.push(push{3}));
  static_cast<void>(at.client.push(push{4}));
  at.client.pump(at.out);
  at.receive({{push{3}, at.me, 2}});
  CHECK(at.shown() == numbers{1, 3, 4});
  CHECK(at.confirmed() == numbers{1, 3});
  CHECK(at.standings() == standings{standing::refused, standing::confirmed, standing::pending});
  CHECK(at.out.receipts.empty());
}

TEMPLATE_TEST_CASE("a pending transaction is shown wholly or not at all", "[optimistic]",
                   stack::steps, stack::copies) {
  optimistic_fixture<TestType> at;
  at.join(0, {1, 2});
  static_cast<void>(at.client.submit(wholly<TestType>({pop{2}, pop{1}, push{3}}), at.out));
  at.submit(push{4});
  CHECK(at.shown() == numbers{3, 4});
  at.receive({{push{7}}, {pop{7}}, {pop{2}}, {pop{1}}, {push{2}}});
  CHECK(at.shown() == numbers{2, 4}); // it would have come to its second operation
  CHECK(at.client.pending().front().reason == "operation 2 of 3: another number is on top");
  static_cast<void>(at.client.submit(wholly<TestType>({pop{4}, pop{4}}), at.out));
  CHECK(at.shown() == numbers{2, 4});
  at.receive({{pop{2}}, {push{1}}, {push{2}}});
  CHECK(at.shown() == numbers{3, 4});
}

TEMPLATE_TEST_CASE("a condition that no longer holds skips a submission", "[optimistic]",
                   stack::steps, stack::copies) {
  optimistic_fixture<TestType> at;
  at.join(4, {1});
  const auto only_since_4 = [](typename TestType::operation op) {
    return libsync::submission<TestType>{std::move(op)}.only_since(4);
  };
  at.submit(push{2});
  static_cast<void>(at.client.submit(only_since_4(push{3}), at.out));
  CHECK(at.shown() == numbers{1, 2, 3});
  at.receive({{push{2}, at.me, 1}});
  CHECK(at.shown() == numbers{1, 2, 3}); // one's own earlier ones do not count
  at.receive({{push{7}}});
  CHECK(at.shown() == numbers{1, 2, 7});
  static_cast<void>(at.client.submit(only_since_4(push{5}), at.out));
  CHECK(at.shown() == numbers{1, 2, 7});
  CHECK(at.client.pending().back().reason ==
        "the data have changed since version 4: they are at version 6");
}

TEMPLATE_TEST_CASE("a snapshot replaces the confirmed data below what is pending", "[optimistic]",
                   stack::steps, stack::copies) {
  optimistic_fixture<TestType> at;
  at.join(0, {1});
  at.submit(push{2});
  at.submit(push{3});
  at.client.connect(at.out);
  at.join(5, {8, 2}, {at.me, at.epoch, 4, 1, 1, {}});
  CHECK(at.shown() == numbers{8, 2, 3});
  CHECK(at.confirmed() == numbers{8, 2});
  CHECK(at.out.receipts.size() == 1);
  at.client.close("it ends", at.out);
  CHECK(at.shown() == numbers{8, 2});
}

TEST_CASE("with inverses nothing is copied, whatever comes", "[optimistic]") {
  optimistic_fixture<stack::steps> at;
  at.join(0, {1});
  at.receive({{push{0}}}); // the snapshot is the server's, so this copies it
  const auto before = stack::steps::copies;
  for (int i = 1; i <= 5; ++i)
    at.submit(push{i});
  at.receive({{push{7}}});
  at.receive({{push{1}, at.me, 1}, {push{8}}});
  at.receive(libsync::reply{{}, {}, 0, 2, 1, {{2, receipt::refused("no")}}});
  CHECK(at.shown() == numbers{1, 0, 7, 1, 8, 3, 4, 5});
  CHECK(stack::steps::copies == before);
}

TEST_CASE("without inverses a foreign batch copies once while something is pending, else never",
          "[optimistic]") {
  optimistic_fixture<stack::copies> at;
  at.join(0, {1});
  at.receive({{push{0}}});
  const auto copied = [before = stack::copies::copies] { return stack::copies::copies - before; };
  at.receive({{push{0}}});
  CHECK(copied() == 0);
  for (int i = 1; i <= 5; ++i)
    at.submit(push{i});
  CHECK(copied() == 1);
  at.receive({{push{1}, at.me, 1}});
  CHECK(copied() == 1);
  at.receive({{push{7}}});
  CHECK(copied() == 2);
  at.receive({{push{2}, at.me, 2}, {push{3}, at.me, 3}, {push{4}, at.me, 4}, {push{5}, at.me, 5}});
  at.submit(push{6});
  at.receive({{push{6}, at.me, 6}});
  at.receive({{push{8}}});
  CHECK(copied() == 2);
  CHECK(at.shown() == numbers{1, 0, 0, 1, 7, 2, 3, 4, 5, 6, 8});
}

TEST_CASE("an operation that tears data with inverses costs a snapshot, and is not tried again",
          "[optimistic][throws]") {
  optimistic_fixture<stack::steps> at;
  at.join(0, {1});
  at.submit(tear{2});
  at.submit(push{4});
  CHECK(at.shown() == numbers{1, 4});
  const auto joins = at.out.joins.size();
  at.receive({{push{2}}});
  CHECK_FALSE(at.client.has_data());
  REQUIRE(at.out.joins.size() == joins + 1);
  CHECK_FALSE(at.out.joins.back().version);
  at.join(1, {1, 2});
  CHECK(at.shown() == numbers{1, 2, 4});
  CHECK(at.client.pending().front() ==
        libsync::pending_submission{1, standing::skipped, "threw: it is torn"});
  at.receive({{push{2}}});
  CHECK(at.shown() == numbers{1, 2, 2, 4});
}

TEST_CASE("an operation that tears data without inverses is shown no more, and not tried again",
          "[optimistic][throws]") {
  optimistic_fixture<stack::copies> at;
  at.join(0, {1});
  at.submit(tear{2});
  at.submit(push{4});
  at.receive({{push{2}}});
  CHECK(at.shown() == numbers{1, 2, 4});
  CHECK(at.client.pending().front() ==
        libsync::pending_submission{1, standing::skipped, "threw: it is torn"});
  at.submit(tear{4});
  CHECK(at.shown() == numbers{1, 2, 4});
  CHECK(at.out.joins.size() == 1);
}

TEST_CASE("a batch of what is shown already leaves it untouched", "[optimistic]") {
  optimistic_fixture<stack::steps> at;
  at.join(0, {1});
  at.submit(push{2});
  at.submit(push{3});
  const auto held = at.client.read();
  const auto before = stack::steps::copies;
  at.receive({{push{2}, at.me, 1}});
  at.receive({{push{3}, at.me, 2}});
  CHECK(at.client.read().data == held.data);
  CHECK(stack::steps::copies == before);
}
