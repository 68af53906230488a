#include "libsync/stored_inspect.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>

#include "libsync/actors.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/journal.hpp"
#include "libsync/json/memory_journal.hpp"
#include "support/catch.hpp"
#include "support/wire.hpp"

namespace inspected {

struct add {
  std::int64_t amount = 0;
};
struct name {
  std::string text;
};

template <class Inspector>
auto inspect(Inspector& with, add& self) {
  return wire::members(with, self.amount);
}
template <class Inspector>
auto inspect(Inspector& with, name& self) {
  return wire::members(with, self.text);
}

struct data {
  using operation = std::variant<add, name>;
  std::int64_t sum = 0;
  std::string text;
};

template <class Inspector>
auto inspect(Inspector& with, data& self) {
  return wire::members(with, self.sum, self.text);
}

void reduce(data& self, const add& op) {
  self.sum += op.amount;
}
void reduce(data& self, const name& op) {
  self.text = op.text;
}

} // namespace inspected

using inspected::data;

TEST_CASE("a journal stores by CAF's inspect what has no JSON") {
  const auto disk = std::make_shared<libsync::memory_disk>();
  libsync::testing::runtime at{1};
  const auto start = [&] {
    return libsync::spawn_server(at, data{}, {.journal = libsync::memory_journal{disk}});
  };
  {
    auto server = start();
    libsync::session<data> session{server};
    CHECK(session.submit(inspected::add{300}).get().is_accepted());
    CHECK(session.submit(inspected::name{"ann"}).get().is_accepted());
    session.close();
    server.stop();
  }
  at.run();
  {
    auto server = start();
    const auto found = server.snapshot();
    REQUIRE(found);
    CHECK(found->version == 2);
    CHECK(found->data->sum == 300);
    CHECK(found->data->text == "ann");
    server.stop();
  }
  at.run();
  auto rows = disk->all();
  auto& row = rows[{libsync::row_table::log, 1}];
  CHECK_THAT(row.text, Catch::Contains("\"operations\":[\"00"));
  row.text.replace(row.text.find("[\"00"), 4, "[\"09");
  row.checksum = libsync::row_checksum(row.table, row.key, row.text);
  disk->replace(rows);
  CHECK_THROWS_WITH(start(), Catch::Contains("the disk: row 1 of the table log: operations[0]: "));
}
