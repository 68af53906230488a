#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "journal/books.hpp"
#include "libsync/json/memory_journal.hpp"
#include "support/catch.hpp"

using books::data;
using books::pay;
using libsync::client_id;
using libsync::memory_disk;
using libsync::memory_journal;
using libsync::row_table;
using libsync::storage_error;
using libsync::storage_failure;
using disk_ptr = std::shared_ptr<memory_disk>;

namespace {

constexpr libsync::epoch_id epoch{7};
constexpr libsync::amount all_of_it{1'000'000, 1'000'000'000};

// What a server might write: two clients, a timer, effects, and data in between.
class author {
public:
  explicit author(disk_ptr disk, libsync::journal_settings how = {})
      : journal_(memory_journal{std::move(disk), libsync::durability::synced, std::move(how)}
                     .open<data>()) {
    libsync::journal_record<data> first;
    first.epoch = epoch;
    first.data = std::make_shared<const data>();
    first.begins_epoch = true;
    journal_->write(first);
  }

  void write(client_id by, std::vector<data::operation> operations, bool with_data = false) {
    auto made = std::make_shared<libsync::batch<data>>();
    made->epoch = epoch;
    made->first = version_ + 1;
    made->last = version_;
    made->operations = operations;
    const libsync::run part{by, 1, operations.size(), false, 5};
    libsync::append(*made, part, std::make_shared<const std::string>("ann"));
    libsync::outcome why;
    libsync::reducer<data>::apply(
        data_, operations, {{by, 5, version_ + 1, false, made->identities.all[0]}, false}, why);
    REQUIRE(why);
    version_ = made->last;
    libsync::journal_record<data> next;
    next.epoch = epoch;
    next.version = version_;
    next.batches = {made};
    next.clients[by] = {version_ + 1, {by, epoch, version_, 1, 1, {}}, made->identities.all[0]};
    next.timers[version_] = libsync::stored_timer<data>{"timer", 99, pay{"late", 1}};
    next.effects[{epoch, version_, 0}] = "an effect";
    if (with_data)
      next.data = std::make_shared<const data>(data_);
    journal_->write(next);
  }

  [[nodiscard]] const data& now() const { return data_; }

private:
  std::unique_ptr<libsync::any_journal<data>> journal_;
  libsync::version version_ = 0;
  data data_;
};

disk_ptr written(libsync::journal_settings how = {}) {
  auto disk = std::make_shared<memory_disk>();
  author by{disk, std::move(how)};
  by.write(client_id{1}, {pay{"rent", 1}, pay{"food", 2}});
  by.write(client_id{2}, {pay{"rent", 4}}, true);
  by.write(client_id{1}, {pay{"rent", 8}, pay{"rent", 16}});
  by.write(client_id{2}, {pay{"gift", 32}});
  return disk;
}

std::optional<libsync::stored_state<data>> load(const disk_ptr& from,
                                                libsync::journal_settings how = {}) {
  return memory_journal{from, libsync::durability::synced, std::move(how)}.open<data>()->load(
      all_of_it);
}

// All of a state in words.
std::string words(const libsync::stored_state<data>& of) {
  nlohmann::json all{of.data, of.version, static_cast<std::uint64_t>(of.epoch), of.own};
  for (const auto& one : of.newest)
    all.push_back({one->first, one->last, one->runs.size(), *one->identities.all[0]});
  for (const auto& [id, one] : of.clients)
    all.push_back({static_cast<std::uint64_t>(id), one.next, one.last.before, *one.identity});
  for (const auto& [number, one] : of.timers)
    all.push_back({number, one.name, one.time});
  for (const auto& [key, one] : of.effects)
    all.push_back({key.version, key.index, one});
  return all.dump();
}

std::optional<storage_error> failure_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const storage_error& error) {
    return error;
  }
  return std::nullopt;
}

} // namespace

TEST_CASE("what was written is read") {
  const auto disk = written();
  const auto found = load(disk);
  REQUIRE(found);
  CHECK(found->version == 6);
  CHECK(found->data.accounts ==
        std::map<std::string, std::int64_t>{{"food", 2}, {"gift", 32}, {"rent", 29}});
  CHECK(found->data.version == 6);
  CHECK(found->newest.size() == 4);
  CHECK(found->clients.size() == 2);
  CHECK(found->timers.size() == 3); // the data came with none before
  CHECK(found->effects.size() == 3);
}

TEST_CASE("whichever byte of a journal is another, it is reported, or harmless") {
  const auto disk = written();
  const auto before = words(*load(disk));
  const auto rows = disk->all();
  std::size_t reported = 0;
  std::size_t harmless = 0;
  const auto damage = [&](const std::function<void(memory_disk::rows&)>& change) {
    auto damaged = rows;
    change(damaged);
    disk->replace(damaged);
    std::optional<libsync::stored_state<data>> found;
    const auto failed = failure_of([&] { found = load(disk); });
    if (failed) {
      ++reported;
      CHECK_THAT(failed->what(), Catch::StartsWith("the disk: "));
      CHECK(disk->all() == damaged); // and nothing is overwritten
    } else {
      ++harmless;
      REQUIRE(found);
      CHECK(words(*found) == before);
    }
  };
  // Data that newer ones have replaced are not read.
  const auto is_needed = [](const auto& place) { return place != std::pair{row_table::data, 0UL}; };
  for (const auto& [place, row] : rows)
    for (std::size_t i = 0; is_needed(place) && i != row.text.size(); ++i)
      for (const char flip : {'\x01', ' '})
        damage([&, at = place](memory_disk::rows& in) {
          in[at].text[i] = static_cast<char>(in[at].text[i] ^ flip);
        });
  CHECK(harmless == 0);
  // Rows that are missing, or lie elsewhere.
  for (const auto& one : rows) {
    const auto& place = one.first;
    damage([&](memory_disk::rows& in) { in.erase(place); });
    damage([&](memory_disk::rows& in) {
      auto moved = in.extract(place);
      moved.key().second += 1000;
      moved.mapped().key += 1000;
      in.insert(std::move(moved));
    });
    damage([&](memory_disk::rows& in) { in[place].checksum ^= 1; });
  }
  CHECK(reported > 1'000);
  CHECK(harmless == 3);
}

TEST_CASE("a journal of a later format is not read") {
  const auto disk = written();
  auto rows = disk->all();
  auto& header = rows[{row_table::header, 0}];
  header.text = R"({"format": 2, "something": "new"})";
  header.checksum = libsync::row_checksum(row_table::header, 0, header.text);
  disk->replace(rows);
  const auto failed = failure_of([&] { load(disk); });
  REQUIRE(failed);
  CHECK(failed->kind() == storage_failure::foreign);
  CHECK_THAT(failed->what(),
             Catch::Equals("the disk: it has format 2, and this program reads format 1"));
}

TEST_CASE("what was written under another schema is upgraded, or refused by name") {
  const auto disk = written({.schema = "books 1"});
  const auto rows = disk->all();
  const auto failed = failure_of([&] { load(disk, {.schema = "books 2"}); });
  REQUIRE(failed);
  CHECK_THAT(failed->what(), Catch::Contains("row 3 of the table data") &&
                                 Catch::Contains("it is of the schema `books 1`, expected "
                                                 "`books 2`, and there is no function `upgrade`"));
  CHECK(disk->all() == rows);

  std::vector<std::string> kinds;
  const auto upgrade = [&](const libsync::stored_value& old) -> std::string {
    constexpr const char* names[] = {"data", "operation", "effect", "identity"};
    kinds.push_back(names[static_cast<int>(old.kind)]);
    CHECK(old.schema == "books 1");
    if (old.kind == libsync::stored_kind::identity)
      return "\"the " + old.text.substr(1);
    return old.text;
  };
  const auto found = load(disk, {.schema = "books 2", .upgrade = upgrade});
  REQUIRE(found);
  CHECK(found->data.payer == "the ann");
  for (const char* kind : {"data", "operation", "effect", "identity"})
    CHECK(std::find(kinds.begin(), kinds.end(), kind) != kinds.end());

  const auto refuses = [](const libsync::stored_value&) -> std::string {
    throw std::runtime_error("it is too old");
  };
  const auto refused = failure_of([&] { load(disk, {.schema = "books 2", .upgrade = refuses}); });
  REQUIRE(refused);
  CHECK_THAT(refused->what(), Catch::Contains("it is too old"));
}

TEST_CASE("after an upgrade the data are written at once, and the log before keeps its schema") {
  const auto disk = written({.schema = "books 1"});
  const auto same = [](const libsync::stored_value& old) { return old.text; };
  const libsync::journal_settings second{.schema = "books 2", .upgrade = same};
  auto journal = memory_journal{disk, libsync::durability::synced, second}.open<data>();
  const auto found = journal->load(all_of_it);
  REQUIRE(found);
  CHECK(journal->wants_data());
  libsync::journal_record<data> next;
  next.epoch = epoch;
  next.version = found->version;
  next.data = std::make_shared<const data>(found->data);
  journal->write(next);
  CHECK_FALSE(journal->wants_data());
  journal = nullptr;
  // Without the function, all that is needed can be read; the log behind it, not any more.
  std::vector<std::string> schemas;
  const auto note = [&](const libsync::stored_value& old) {
    schemas.push_back(old.schema);
    return old.text;
  };
  REQUIRE(load(disk, {.schema = "books 2", .upgrade = note}));
  CHECK(schemas.size() > 4);
  for (const auto& one : schemas)
    CHECK(one == "books 1");
}

TEST_CASE("an operation that the program no longer knows is refused by name") {
  const auto disk = written();
  auto rows = disk->all();
  auto& row = rows[{row_table::log, 4}];
  auto value = nlohmann::json::parse(row.text);
  value["operations"][1] = {7, "gone"};
  row.text = value.dump();
  row.checksum = libsync::row_checksum(row_table::log, 4, row.text);
  disk->replace(rows);
  const auto failed = failure_of([&] { load(disk); });
  REQUIRE(failed);
  CHECK_THAT(failed->what(), Catch::Equals("the disk: row 4 of the table log: operations[1]: "
                                           "expected a number below 2 first, found 7"));
  std::string why;
  const auto found = load(disk, {.upgrade = [&](const libsync::stored_value& old) {
                            why = old.why;
                            return std::string{R"([0, {"to": "rent", "amount": 16}])"};
                          }});
  REQUIRE(found);
  CHECK(found->data.accounts.at("rent") == 29);
  CHECK_THAT(why, Catch::Contains("expected a number below 2"));
}

TEST_CASE("a reducer that refuses what it had accepted is told, with the row") {
  const auto disk = written();
  auto rows = disk->all();
  auto& row = rows[{row_table::log, 6}];
  auto value = nlohmann::json::parse(row.text);
  value["operations"][0][1]["amount"] = -1;
  row.text = value.dump();
  row.checksum = libsync::row_checksum(row_table::log, 6, row.text);
  disk->replace(rows);
  const auto failed = failure_of([&] { load(disk); });
  REQUIRE(failed);
  CHECK_THAT(failed->what(), Catch::Equals("the disk: row 6 of the table log: the reducer does not "
                                           "accept it any more: an amount is negative"));
}
