#include "libsync/json/log.hpp"

#include <sstream>
#include <string>
#include <vector>

#include "libsync/sequencer.hpp"
#include "support/catch.hpp"
#include "support/guests.hpp"
#include "support/record.hpp"

using guests::announce;
using guests::book;
using guests::person;
using guests::say;

namespace guests {

void to_json(nlohmann::json& to, const person& from) {
  to = from.name;
}
void from_json(const nlohmann::json& from, person& to) {
  to.name = from.get<std::string>();
}
void to_json(nlohmann::json& to, const say& from) {
  to = from.what;
}
void from_json(const nlohmann::json& from, say& to) {
  to.what = from.get<std::int64_t>();
}
void to_json(nlohmann::json& to, const announce& from) {
  to = from.what;
}
void from_json(const nlohmann::json& from, announce& to) {
  to.what = from.get<std::string>();
}

} // namespace guests

namespace {

// What a server has accepted, and its data at each version from 1 on.
struct past {
  std::vector<std::string> lines;
  std::vector<std::vector<std::string>> data;

  past() {
    server_record<book> out;
    libsync::sequencer<book, int> order{{}, libsync::epoch_id{7}};
    libsync::join_request asks;
    asks.identity = std::make_shared<const person>(person{"Ada"});
    order.join(1, asks, 1, out);
    libsync::parcel<book> all{libsync::client_id{1}, libsync::epoch_id{7}, 1, 0, {}, {}};
    append(all, book::operation{say{1}});
    append(all, libsync::submission<book>{libsync::transaction<book>{{say{2}, say{3}}}});
    order.submit(1, all, 2, out);
    order.submit_own(announce{"it is \"late\"\n"}, 3, out);
    order.flush(out);
    for_each_accepted(*out.batches(1).at(0), [&](const auto& one) {
      lines.push_back(libsync::log_line(one));
      return true;
    });
    data = {{"Ada says 1"},
            {"Ada says 1", "Ada says 2", "Ada says 3"},
            {"Ada says 1", "Ada says 2", "Ada says 3", "it is \"late\"\n"}};
  }
};

} // namespace

TEST_CASE("a log that was written as lines leads to the same data, version by version",
          "[json][log]") {
  const past then;
  REQUIRE(then.lines.size() == 3);
  std::stringstream file;
  for (const auto& one : then.lines)
    file << one << '\n';
  libsync::log_replay<book> again{{}};
  std::size_t seen = 0;
  REQUIRE(again.run(file, [&](const auto& now) {
    CHECK(now.version() == seen + 1);
    CHECK(now.data().lines == then.data[seen++]);
  }));
  CHECK(seen == 3);
  CHECK(again.context_of_last().by == libsync::client_id::server);
  CHECK(again.context_of_last().time == 3);
  CHECK(!again.context_of_last().identity);
  CHECK(again.operations_of_last().size() == 1);
}

TEST_CASE("a line need not say that nobody is known", "[json][log]") {
  struct untold {
    using operation = book::operation;
  };
  const std::vector<book::operation> all{announce{"late"}};
  const libsync::accepted_submission<untold> one{1, libsync::client_id::server, 1, 3, all};
  const auto line = libsync::log_line(one);
  CHECK(line.find("identity") == std::string::npos);
  libsync::log_replay<book> again{{}};
  CHECK(again.step(line).reason() == "");
  CHECK(!again.context_of_last().identity);
  CHECK(again.data().lines == std::vector<std::string>{"late"});
}

TEST_CASE("a line that was changed in any byte is named, and changes nothing", "[json][log]") {
  const past then;
  const auto& line = then.lines[0];
  for (std::size_t at = 0; at < line.size(); ++at) {
    auto damaged = line;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    libsync::log_replay<book> again{{}, 0, 17};
    const auto why = again.step(damaged);
    REQUIRE(!why);
    REQUIRE(why.reason().text().starts_with("line 17: "));
    REQUIRE(again.version() == 0);
    REQUIRE(again.data().lines.empty());
    REQUIRE(again.step(line)); // the right one may follow
  }
}

TEST_CASE("a line that is missing, twice, or not accepted is named", "[json][log]") {
  const past then;
  libsync::log_replay<book> again{{}};
  CHECK(again.step(then.lines[1]).reason() == "line 1: expected version 1, found version 2");
  REQUIRE(again.step(then.lines[0]));
  CHECK(again.step(then.lines[0]).reason() == "line 3: expected version 2, found version 1");
  CHECK(again.step("").reason().text().starts_with("line 4: "));
  const std::vector<book::operation> all{say{4}, say{-1}};
  const libsync::accepted_submission<book> wrong{2, libsync::client_id{1}, 2, 5, all};
  CHECK(again.step(libsync::log_line(wrong)).reason() ==
        "line 5: the reducer does not accept it: it is negative");
  CHECK(again.data().lines == then.data[0]);
  REQUIRE(again.step(then.lines[1]));
}

TEST_CASE("a part of a log is written in one call, and says if it is not whole", "[json][log]") {
  server_record<book> out;
  libsync::sequencer<book, int> order{{}, libsync::epoch_id{7}};
  order.submit_own(announce{"open"}, 1, out);
  order.submit_own(announce{"closed"}, 2, out);
  order.flush(out);
  auto part = order.read_log({});
  std::stringstream file;
  CHECK(libsync::write_log(file, part));
  libsync::log_replay<book> again{{}};
  CHECK(again.run(file, [](const auto&) {}));
  CHECK(again.version() == 2);
  CHECK(again.data().lines == std::vector<std::string>{"open", "closed"});

  std::ostream full{nullptr};
  CHECK(libsync::write_log(full, part).reason() == "the log cannot be written beyond version 0");
  part.truncated_at = 2;
  CHECK(libsync::write_log(file, part).reason() == "the log begins after version 2");
}
