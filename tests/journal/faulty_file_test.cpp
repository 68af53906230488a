#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "journal/books.hpp"
#include "libsync/actors.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "libsync/journal.hpp"
#include "libsync/sqlite.hpp"
#include "libsync/testing/random.hpp"
#include "libsync/testing/receipt_counts.hpp"
#include "sqlite/support/faulty_files.hpp"
#include "support/amount.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"

using books::data;
using books::pay;
using faults::fault;
using libsync::receipt;

namespace {

using tally = libsync::testing::receipt_counts;

// A server on a file whose calls fail, and that goes on once they work again; or that loses its
// power, so that another server begins.
class world {
public:
  explicit world(std::uint64_t seed) : random_(seed), files_(seed), at_(seed) {}

  void run(tally& sum) {
    if (!start())
      return; // not even its first record was written
    for (int step = 0; step < 12; ++step) {
      if (random_.below(4) == 0)
        fail();
      submit();
    }
    files_.heal();
    wait();
    if (!powerless_)
      check(*server_.snapshot()->data);
    session_.reset();
    server_.stop();
    server_ = nullptr;
    at_.run();
    REQUIRE(start());
    check(*server_.snapshot()->data);
    for (const auto& one : all_)
      sum.count(one.what);
  }

private:
  bool start() {
    try {
      server_ = libsync::spawn_server(
          at_, data{},
          {.journal = libsync::sqlite_journal{.file = folder_ / "books.db",
                                              .settings = {.data_every = 4, .keep = 3},
                                              .wait = 0,
                                              .file_system = files_.name()}});
      session_.emplace(server_);
      return true;
    } catch (const libsync::storage_error&) {
      return false;
    }
  }

  void fail() {
    const auto after = random_.below(12);
    switch (random_.below(5)) {
    case 0:
      return files_.plan(fault::fails, after);
    case 1:
      return files_.plan_lasting(fault::is_full, after);
    case 2:
      return files_.heal(), wait();
    case 3:
      if (random_.below(8) != 0)
        return;
      powerless_ = true;
      return files_.plan_lasting(fault::loses_power, after);
    default:
      return files_.plan_lasting(fault::fails, after);
    }
  }

  void wait() {
    for (int i = 0; i < 3; ++i) {
      at_.run();
      at_.advance(std::chrono::seconds{5});
    }
    at_.run();
  }

  void submit() {
    auto told = session_->submit(pay{"account", std::int64_t{1} << all_.size()});
    at_.run();
    for (int i = 0; !told.is_ready() && i < 40; ++i) {
      if (i == 20 && !powerless_)
        files_.heal();
      wait();
    }
    all_.push_back(told.is_ready() ? told.get() : receipt::unknown("it waits"));
    REQUIRE((told.is_ready() || powerless_));
  }

  void check(const data& now) const {
    const auto found = now.accounts.find("account");
    const auto sum = found == now.accounts.end() ? 0 : found->second;
    for (std::size_t i = 0; i != all_.size(); ++i) {
      const bool is_there = (sum >> i & 1) != 0;
      INFO("submission " << i << " is " << all_[i]);
      if (all_[i].what != receipt::kind::unknown)
        REQUIRE(is_there == all_[i].is_accepted());
    }
  }

  scratch folder_;
  libsync::testing::random random_;
  faults::faulty_files files_;
  libsync::testing::runtime at_;
  libsync::server<data> server_;
  std::optional<libsync::session<data>> session_;
  std::vector<receipt> all_;
  bool powerless_ = false;
};

} // namespace

TEST_CASE("whatever call of the file system fails, receipts are true, and the server goes on",
          "[churn]") {
  tally sum;
  const auto seeds = amount("LIBSYNC_JOURNAL_FAULTS", 60);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    INFO("seed " << seed);
    world{seed}.run(sum);
  }
  CHECK(sum.accepted > seeds);
  CHECK(sum.refused > seeds);
}
