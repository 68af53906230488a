#include <cstddef>
#include <map>
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
#include "support/failing.hpp"
#include "support/record.hpp"

// Each allocation fails in its turn while a sequencer is restored, and while its records are
// gathered. Nothing may be half done then. (Not while JSON is written or read: nlohmann-json
// allocates when it destroys a value, and the process ends where it cannot.)

using books::data;
using books::pay;
using libsync::client_id;
using disk_ptr = std::shared_ptr<libsync::memory_disk>;

namespace {

constexpr libsync::epoch_id epoch{7};
constexpr libsync::amount all_of_it{1'000, 1'000'000};

struct server {
  server() { out.effects_are_done = false; }

  void join() {
    libsync::join_request request;
    request.identity = std::make_shared<const std::string>("ann");
    order.join(1, request, 0, out);
    id = out.welcomes(1).back()->you;
  }
  void submit(libsync::submission_number first) {
    order.submit(1,
                 {id, epoch, first, 3, {pay{"rent", 1}, books::end{"rent"}, pay{"rent", -1}}, {}},
                 5, out);
    order.flush(out);
  }

  libsync::sequencer<data, int> order{data{}, epoch};
  libsync::detail::recorder<data, int> writer;
  recording_sink out{writer};
  client_id id{};
};

std::unique_ptr<libsync::any_journal<data>> open(const disk_ptr& on) {
  return libsync::memory_journal{on, libsync::durability::synced, {.data_every = 3}}.open<data>();
}

std::optional<libsync::stored_state<data>> load(const disk_ptr& from) {
  return open(from)->load(all_of_it);
}

// A server that has written all that there can be: clients, refusals, a timer, effects.
void write_all(const disk_ptr& on, server& by) {
  const auto journal = open(on);
  REQUIRE_FALSE(journal->load(all_of_it));
  by.writer.gather(by.order, true);
  journal->write(by.writer.take());
  by.join();
  REQUIRE(by.order.timers().set("later", 99, pay{"late", 1}));
  by.submit(1);
  REQUIRE(by.writer.gather(by.order, false));
  journal->write(by.writer.take());
}

void check_same(const libsync::stored_state<data>& found, const server& written) {
  CHECK(found.epoch == epoch);
  CHECK(found.version == written.order.version());
  CHECK(found.data == written.order.data());
  CHECK(found.timers.size() == 1);
  CHECK(found.effects.size() == written.order.waiting_effects());
  REQUIRE(found.clients.size() == 1);
}

} // namespace

TEST_CASE("a sequencer is restored without memory as it was, or wholly") {
  const auto disk = std::make_shared<libsync::memory_disk>();
  server first;
  write_all(disk, first);
  const auto failed = failing::each_allocation([&](auto arm) {
    auto found = load(disk);
    REQUIRE(found);
    auto one = std::make_unique<server>();
    if (!arm([&] { one->writer.restore(one->order, *std::move(found)); })) {
      // Whoever starts a server makes another one then.
      one = std::make_unique<server>();
      one->writer.restore(one->order, *load(disk));
    }
    CHECK(one->order.version() == first.order.version());
    CHECK(one->order.data() == first.order.data());
    CHECK(one->order.waiting_effects() == first.order.waiting_effects());
    CHECK(one->order.timers().next() == 99);
    CHECK_FALSE(one->writer.gather(one->order, false)); // there is nothing new
  });
  CHECK(failed > 5);
}

TEST_CASE("a record that is gathered without memory lacks nothing when it is gathered again") {
  const bool with_data = GENERATE(false, true);
  const auto disk = std::make_shared<libsync::memory_disk>();
  const auto failed = failing::each_allocation([&](auto arm) {
    disk->replace({});
    server one;
    write_all(disk, one);
    const auto journal = open(disk);
    static_cast<void>(journal->load(all_of_it));
    one.submit(4);
    if (!arm([&] { one.writer.gather(one.order, with_data); }))
      one.writer.gather(one.order, with_data);
    REQUIRE(one.writer.has_record());
    journal->write(one.writer.take());
    const auto now = journal->load(all_of_it);
    check_same(*now, one);
    CHECK(now->clients.begin()->second.next == 7);
    CHECK(now->newest.back()->last == one.order.version());
  });
  CHECK(failed > 2);
}
