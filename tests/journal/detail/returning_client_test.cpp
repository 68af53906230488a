#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "journal/books.hpp"
#include "journal/detail/recording_sink.hpp"
#include "libsync/detail/server/recorder.hpp"
#include "libsync/json/memory_journal.hpp"
#include "libsync/sequencer.hpp"
#include "support/catch.hpp"
#include "support/record.hpp"

using books::data;
using books::pay;
using libsync::client_id;
using libsync::receipt;
using operation = data::operation;

namespace {

constexpr libsync::epoch_id epoch{7};

// A sequencer that writes down all that it decides, as soon as it has.
struct server {
  explicit server(std::shared_ptr<libsync::memory_disk> disk)
      : journal(libsync::memory_journal{std::move(disk)}.open<data>()) {
    out.effects_are_done = false;
    if (auto stored = journal->load({1000, 1'000'000}))
      writer.restore(order, *std::move(stored));
    write();
  }

  void write() {
    order.flush(out);
    writer.gather(order, false);
    if (writer.has_record())
      journal->write(writer.take());
  }
  client_id join(int route, libsync::join_request request, const std::string& who) {
    request.identity = std::make_shared<const std::string>(who);
    order.join(route, request, 0, out);
    write();
    return out.welcomes(route).back()->you;
  }
  std::vector<receipt> submit(int route, const libsync::parcel<data>& what) {
    order.submit(route, what, 5, out);
    write();
    std::vector<receipt> told;
    const auto answers = out.answers(route);
    if (!answers.empty())
      answers.back()->for_each([&](auto, const receipt& one) { told.push_back(one); });
    return told;
  }

  std::unique_ptr<libsync::any_journal<data>> journal;
  libsync::sequencer<data, int> order{data{}, epoch};
  libsync::detail::recorder<data, int> writer;
  recording_sink out{writer};
};

// Accepted, refused, two at once, and one whose condition does not hold.
libsync::parcel<data> mixed(client_id by) {
  return {by,
          epoch,
          1,
          4,
          {pay{"rent", 1}, pay{"rent", -1}, pay{"rent", 2}, pay{"food", 4}, pay{"rent", 8}},
          {{.index = 2, .operations = 2, .transaction = true, .unchanged_since = std::nullopt},
           {.index = 3, .operations = 1, .transaction = false, .unchanged_since = 0}}};
}

libsync::join_request again(client_id id, libsync::version version) {
  return {.known = id, .epoch = epoch, .version = version, .first_unanswered = 1};
}

} // namespace

TEST_CASE("a client that comes back to another process gets the same receipts") {
  const auto disk = std::make_shared<libsync::memory_disk>();
  std::vector<receipt> before;
  client_id id{};
  data then;
  {
    server first{disk};
    first.join(9, {}, "cid"); // has an earlier id, and submits first
    first.submit(9, {client_id{1}, epoch, 1, 1, {pay{"gift", 1}}, {}});
    id = first.join(1, {}, "ann");
    before = first.submit(1, mixed(id));
    then = first.order.data();
    REQUIRE(before.size() == 4);
    CHECK(before[1] == receipt::refused("an amount is negative"));
    CHECK(before[3].what == receipt::kind::refused);
  }
  server second{disk};
  CHECK(second.order.epoch() == epoch);
  CHECK(second.order.version() == 3);
  CHECK(second.order.data() == then);
  CHECK(second.join(2, again(id, 1), "ann") == id);
  const auto& welcome = *second.out.welcomes(2).back();
  CHECK_FALSE(welcome.snapshot); // it gets what it has missed
  CHECK(welcome.missed.size() == 2);
  CHECK(second.submit(2, mixed(id)) == before);
  CHECK(second.order.version() == 3);
  CHECK(second.order.data() == then);
  // It goes on with its next number.
  second.submit(2, {id, epoch, 5, 1, {pay{"rent", 16}}, {}});
  CHECK(second.order.version() == 4);
  CHECK(second.order.data().accounts.at("rent") == 19);
}

TEST_CASE("who claims the id of another gets a new one, also in another process") {
  const auto disk = std::make_shared<libsync::memory_disk>();
  client_id id{};
  {
    server first{disk};
    id = first.join(1, {}, "ann");
    first.submit(1, {id, epoch, 1, 1, {pay{"rent", 1}}, {}});
  }
  server second{disk};
  const auto other = second.join(2, again(id, 1), "ben");
  CHECK(other != id);
  CHECK(static_cast<std::uint64_t>(other) > static_cast<std::uint64_t>(id));
  CHECK(second.join(3, again(id, 1), "ann") == id);
}

TEST_CASE("a condition holds where nobody else has submitted, also in another process") {
  const auto disk = std::make_shared<libsync::memory_disk>();
  client_id id{};
  {
    server first{disk};
    id = first.join(1, {}, "ann");
    first.submit(1, {id, epoch, 1, 2, {pay{"rent", 1}, pay{"rent", 1}}, {}});
  }
  server second{disk};
  second.join(2, again(id, 2), "ann");
  libsync::parcel<data> conditional{id, epoch, 3, 1, {pay{"rent", 4}}, {}};
  conditional.shapes.push_back(
      {.index = 0, .operations = 1, .transaction = false, .unchanged_since = 0});
  second.submit(2, conditional);
  CHECK(second.order.version() == 3);
}

TEST_CASE("what was accepted after a version is taken back from a reply, and nothing else") {
  libsync::reply told{client_id{1}, epoch, 10, 5, 6, {}};
  // 5 is accepted as 11, 6 is refused, 7 is accepted as 12, 8 is empty, 9 as 13, 10 as 14.
  told.add(6, receipt::refused("no"));
  told.add(8, receipt::accepted(12));
  const auto instead = receipt::refused("the disk is full");
  const auto receipts_of = [](const libsync::reply& of) {
    std::vector<receipt> all;
    of.for_each([&](auto, const receipt& one) { all.push_back(one); });
    return all;
  };
  const auto no = receipt::refused("no");
  const auto yes = [](libsync::version version) { return receipt::accepted(version); };
  using all = std::vector<receipt>;
  CHECK(receipts_of(libsync::detail::taken_back(told, 14, instead)) == receipts_of(told));
  CHECK(receipts_of(libsync::detail::taken_back(told, 12, instead)) ==
        all{yes(11), no, yes(12), yes(12), instead, instead});
  CHECK(receipts_of(libsync::detail::taken_back(told, 11, instead)) ==
        all{yes(11), no, instead, instead, instead, instead});
  CHECK(receipts_of(libsync::detail::taken_back(told, 9, instead)) ==
        all{instead, no, instead, instead, instead, instead});
}

TEST_CASE(
    "a record that has the data and grows while another is written has those of its version") {
  const auto disk = std::make_shared<libsync::memory_disk>();
  data last;
  {
    server one{disk};
    one.join(1, {}, "ann");
    one.order.begin_epoch(libsync::epoch_id{8}, 0, one.out);
    one.writer.gather(one.order, false);
    REQUIRE(one.writer.begins_epoch());
    for (int i = 0; i < 3; ++i) {
      one.order.submit_own(operation{pay{"rent", 1}}, 5, one.out);
      one.order.flush(one.out);
      one.writer.gather(one.order, false);
    }
    one.journal->write(one.writer.take());
    last = one.order.data();
    CHECK(last.accounts.at("rent") == 3);
  }
  const server next{disk};
  CHECK(next.order.epoch() == libsync::epoch_id{8});
  CHECK(next.order.version() == 4);
  CHECK(next.order.data() == last);
}
