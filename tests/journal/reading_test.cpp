#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "journal/place.hpp"
#include "libsync/json/journal.hpp"
#include "support/catch.hpp"

using books::data;
using books::pay;
using books::place;
using libsync::row_table;

namespace {

// Counts the rows of the log that are read.
class counting_rows final : public libsync::row_store {
public:
  counting_rows(std::shared_ptr<libsync::memory_disk> disk, std::size_t& read)
      : rows_(std::move(disk)), read_(read) {}

  void commit(const libsync::row_changes& changes) override { rows_.commit(changes); }
  void read_from(row_table table, std::uint64_t first, const libsync::row_visitor& visit) override {
    rows_.read_from(table, first, counted(table, visit));
  }
  void read_down(row_table table, std::uint64_t last, const libsync::row_visitor& visit) override {
    rows_.read_down(table, last, counted(table, visit));
  }
  [[nodiscard]] std::string place() const override { return rows_.place(); }

private:
  [[nodiscard]] libsync::row_visitor counted(row_table table,
                                             const libsync::row_visitor& visit) const {
    return [this, table, &visit](const libsync::stored_row& row) {
      read_ += table == row_table::log ? 1 : 0;
      return visit(row);
    };
  }

  libsync::memory_rows rows_;
  std::size_t& read_;
};

} // namespace

TEST_CASE("a server that starts reads each row of the log once") {
  const auto data_every = GENERATE(100'000U, 30U);
  place here{{.data_every = data_every}};
  here.start();
  {
    libsync::session<data> one{here.server};
    for (int i = 0; i < 100; ++i)
      books::submit(one, pay{"rent", 1});
  }
  here.stop();
  const auto rows = here.disk->all();
  const auto written =
      static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [](const auto& each) {
        return each.first.first == row_table::log;
      }));
  REQUIRE(written == 100);
  for (const std::uint64_t newest : {1'000'000U, 10U}) {
    INFO("the newest " << newest << " are wanted");
    std::size_t read = 0;
    const auto state = libsync::rows_journal<data>{std::make_unique<counting_rows>(here.disk, read),
                                                   {},
                                                   libsync::durability::synced}
                           .load({newest, 1'000'000});
    REQUIRE(state);
    CHECK(state->data.accounts.at("rent") == 100);
    CHECK(state->newest.size() == std::min<std::uint64_t>(newest, 100));
    CHECK(state->newest.front()->first == (newest == 10 ? 91 : 1));
    CHECK(state->newest.back()->last == 100);
    CHECK(read <= written);
  }
}
