#include <cstdint>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "compact.hpp"
#include "held_rows.hpp"
#include "info.hpp"
#include "libsync/storage_error.hpp"
#include "log.hpp"
#include "support/catch.hpp"
#include "transfer.hpp"
#include "verify.hpp"

using Catch::Contains;
using libsync::row_checksum;
using libsync::row_table;
using libsync::storage_error;
using namespace libsync::journal_tool;

namespace {

void put(libsync::row_store& to, row_table table, std::uint64_t key, const std::string& text) {
  libsync::row_changes changes;
  changes.put.push_back({table, key, text, row_checksum(table, key, text)});
  to.commit(changes);
}

void erase(libsync::row_store& from, row_table table, std::uint64_t key) {
  libsync::row_changes changes;
  changes.erase.emplace_back(table, key);
  from.commit(changes);
}

std::string header(const std::string& versions) {
  const std::string client = R"({"last":[0,1,1,[]],"next":5})";
  return R"({"clean":true,"clients":[1,)" +
         std::to_string(row_checksum(row_table::clients, 1, client)) +
         R"(],"effects":[0,0],"epoch":9,"epoch_begin":5,"format":1,"latest":[1,6],"lives":2,)" +
         R"("own":0,"relaxed":false,"schemas":[[0,"1"]],"timers":[0,0],)" + versions + '}';
}

// Versions 1 to 3 and 4 of one client; 5 begins an epoch; 6 and 7 are two of the next one.
void fill(libsync::row_store& to) {
  put(to, row_table::header, 0, header(R"("data":5,"log_after":0,"version":7)"));
  put(to, row_table::data, 0, R"({"begins_epoch":true,"data":[],"epoch":8,"schema":"1"})");
  put(to, row_table::data, 5, R"({"begins_epoch":true,"data":[7],"epoch":9,"schema":"1"})");
  put(to, row_table::log, 1, R"({"by":1,"number":1,"operations":["a","b","c"],"time":1000})");
  put(to, row_table::log, 4,
      R"({"by":1,"number":4,"operations":["d","e"],"time":1001,"together":true,"identity":"ann"})");
  put(to, row_table::log, 6, R"({"by":0,"number":1,"operations":[{"f":1}],"time":-1})");
  put(to, row_table::log, 7, R"({"by":1,"number":5,"operations":["g"],"time":2000})");
  put(to, row_table::clients, 1, R"({"last":[0,1,1,[]],"next":5})");
}

std::string log_of(libsync::row_store& in, const log_choice& which = {}) {
  std::ostringstream out;
  write_log(out, in, which);
  return out.str();
}

std::string text_of(libsync::row_store& in) {
  std::ostringstream out;
  export_rows(out, in);
  return out.str();
}

std::string first_fault(libsync::row_store& in) {
  const auto found = verify(in);
  return found.faults.empty() ? "none" : found.faults.front();
}

std::string why_not_read(const std::string& text) {
  std::istringstream in{text};
  try {
    return "read: " + std::to_string(read_export(in, "in").size());
  } catch (const storage_error& error) {
    return error.what();
  }
}

struct journal {
  journal() { fill(rows); }
  held_rows rows{"j"};
};

} // namespace

TEST_CASE_METHOD(journal, "the log has a line for each submission, and one for each epoch") {
  CHECK(log_of(rows) == "version 1: client 1, number 1, 1970-01-01 00:00:01.000: \"a\"\n"
                        "version 2: client 1, number 2, 1970-01-01 00:00:01.000: \"b\"\n"
                        "version 3: client 1, number 3, 1970-01-01 00:00:01.000: \"c\"\n"
                        "version 4: client 1, number 4, 1970-01-01 00:00:01.001, \"ann\": "
                        "\"d\", \"e\"\n"
                        "version 5: epoch 9 begins\n"
                        "version 6: server, number 1, 1969-12-31 23:59:59.999: {\"f\":1}\n"
                        "version 7: client 1, number 5, 1970-01-01 00:00:02.000: \"g\"\n");
  CHECK(log_of(rows, {.from = 2, .to = 2}) ==
        "version 2: client 1, number 2, 1970-01-01 00:00:01.000: \"b\"\n");
  CHECK(log_of(rows, {.from = 5, .to = 5, .json = true}) == "{\"epoch\":9,\"version\":5}\n");
  CHECK_THAT(log_of(rows, {.from = 4, .to = 4, .json = true}),
             Contains(R"("identity":"ann","number":4,"operations":["d","e"],"time":1001)"));
  CHECK(log_of(rows, {.from = 8}).empty());
}

TEST_CASE_METHOD(journal, "a log with a gap is refused by the name of the row") {
  erase(rows, row_table::log, 4);
  CHECK_THROWS_WITH(log_of(rows), "j: row 4 of the table log: it is missing");
  CHECK(first_fault(rows) == "j: row 4 of the table log: it is missing");
}

TEST_CASE_METHOD(journal, "a journal that is right has no fault, and its rows are counted") {
  const auto found = verify(rows);
  CHECK(found.faults.empty());
  CHECK(found.tables.at(row_table::log).rows == 4);
  CHECK(found.header->version == 7);
  held_rows none{"none"};
  CHECK(verify(none).faults.empty());
}

TEST_CASE_METHOD(journal, "each kind of fault is found and named") {
  SECTION("a changed row") {
    auto all = rows.take();
    all.at({row_table::log, 1}).text[3] ^= 1;
    held_rows changed{"j", std::move(all)};
    CHECK(verify(changed).faults ==
          std::vector<std::string>{
              "j: row 1 of the table log: its checksum is wrong, so it was changed"});
  }
  SECTION("the end of the log is missing") {
    erase(rows, row_table::log, 6);
    erase(rows, row_table::log, 7);
    CHECK(first_fault(rows) ==
          "j: row 6 of the table log: it is missing, and all versions up to 7");
  }
  SECTION("the beginning of the log is missing") {
    erase(rows, row_table::log, 1);
    CHECK(first_fault(rows) ==
          "j: row 1 of the table log: it is missing, and all versions up to 3");
  }
  SECTION("two rows have one version") {
    put(rows, row_table::log, 3, R"({"by":1,"number":1,"operations":["x"],"time":1})");
    CHECK_THAT(first_fault(rows), Contains("row 3 of the table log: the row before has this"));
  }
  SECTION("the log goes beyond the newest version") {
    put(rows, row_table::log, 8, R"({"by":1,"number":1,"operations":["x"],"time":1})");
    CHECK_THAT(first_fault(rows), Contains("row 8 of the table log: it ends with version 8"));
  }
  SECTION("no run of operations") {
    put(rows, row_table::log, 7, R"({"by":1,"number":1,"time":1})");
    CHECK_THAT(first_fault(rows), Contains("row 7 of the table log: expected a member"));
  }
  SECTION("the data are missing") {
    erase(rows, row_table::data, 5);
    CHECK_THAT(first_fault(rows), Contains("row 5 of the table log: it is missing"));
    CHECK_THAT(verify(rows).faults.back(), Contains("row 5 of the table data: it is missing"));
  }
  SECTION("a client is missing") {
    erase(rows, row_table::clients, 1);
    CHECK_THAT(first_fault(rows), Contains("the table clients has 0 rows, expected 1"));
  }
  SECTION("the header is missing") {
    erase(rows, row_table::header, 0);
    CHECK_THAT(first_fault(rows), Contains("j: the header: it is missing"));
  }
  SECTION("a format of a later program") {
    put(rows, row_table::header, 0, R"({"format":2})");
    CHECK(verify(rows).faults ==
          std::vector<std::string>{"j: it has format 2, and this program reads format 1"});
  }
}

TEST_CASE_METHOD(journal, "what was exported and imported is equal") {
  const auto text = text_of(rows);
  std::istringstream from{text};
  held_rows copy{"copy"};
  import_rows(read_export(from, "in"), copy);
  CHECK(text_of(copy) == text);
  CHECK(copy.take() == rows.take());
}

TEST_CASE_METHOD(journal, "an import that is not whole, or has no empty place, does nothing") {
  const auto text = text_of(rows);
  CHECK(why_not_read(text) == "read: 8");
  CHECK(why_not_read(text.substr(0, text.rfind("{\"rows"))) == "in: line 10: its end is missing");
  CHECK_THAT(why_not_read("{\"libsync-journal\":2}\n"), Contains("in: line 1: it has form 2"));
  CHECK_THAT(why_not_read("words\n"), Contains("in: line 1: byte 0"));
  CHECK_THAT(why_not_read(text + "{}\n"), Contains("there is something after the end"));
  auto changed = text;
  changed.replace(changed.find("ann"), 3, "bob");
  CHECK(why_not_read(changed) == "in: line 6: row 4 of the table log: its checksum is wrong, so "
                                 "it was changed");
  held_rows other{"other"};
  put(other, row_table::log, 1, "x");
  std::istringstream from{text};
  CHECK_THROWS_WITH(import_rows(read_export(from, "in"), other),
                    "other: it is not empty, and stays as it is");
  CHECK(other.take().size() == 1);
}

TEST_CASE_METHOD(journal, "a compact journal begins with the newest data that are old enough") {
  const auto before = text_of(rows);
  CHECK(compact(rows, 3).after == 0);
  CHECK(text_of(rows) == before);
  const auto done = compact(rows, 2);
  CHECK(done.before == 0);
  CHECK(done.after == 5);
  CHECK(verify(rows).faults.empty());
  CHECK_THAT(log_of(rows), Catch::StartsWith("version 6: server"));
  CHECK_THROWS_WITH(log_of(rows, {.from = 5}),
                    "j: version 5 is not in it any more, the oldest is 6");
}

TEST_CASE_METHOD(journal, "what led to the data goes when what is before them is forgotten") {
  put(rows, row_table::header, 0, header(R"("data":6,"log_after":0,"version":7)"));
  put(rows, row_table::data, 6, R"({"begins_epoch":false,"data":[7,1],"epoch":9,"schema":"1"})");
  CHECK(compact(rows, 0).after == 6);
  const auto found = verify(rows);
  CHECK(found.faults.empty());
  CHECK(found.tables.at(row_table::log).rows == 1);
  CHECK(found.tables.at(row_table::data).rows == 1);
}

TEST_CASE_METHOD(journal, "a damaged journal is not compacted") {
  erase(rows, row_table::log, 7);
  const auto before = text_of(rows);
  CHECK_THROWS_WITH(compact(rows, 0), Contains("row 7 of the table log"));
  CHECK(text_of(rows) == before);
}

TEST_CASE_METHOD(journal, "the facts of a journal are its header and its sizes") {
  std::ostringstream out;
  write_info(out, rows);
  CHECK_THAT(out.str(), Contains("epoch         9, begun with version 5\n") &&
                            Contains("readable from version 0\n") &&
                            Contains("level         synced"));
}
