#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "journal/place.hpp"
#include "libsync/testing/random.hpp"
#include "support/amount.hpp"
#include "support/catch.hpp"

using books::data;
using books::memory_disk;
using books::memory_journal;
using books::pay;
using libsync::receipt;
using libsync::storage_failure;

namespace {

// Servers that come, die and go, on a disk that fails now and then; sessions that submit, each to
// an account of its own, amounts that are powers of two: so the accounts tell what was applied, and
// how often.
class world {
public:
  explicit world(std::uint64_t seed) : at_(seed), random_(at_.random()) {}

  void run() {
    for (int life = 0; life < 3; ++life) {
      start();
      std::vector<std::unique_ptr<libsync::session<data>>> sessions;
      for (int step = 0; step < 40; ++step)
        act(sessions);
      disk_->heal();
      settle();
      check(sessions);
      sessions.clear();
      supervisor_.stop();
      supervisor_ = nullptr;
      at_.run();
    }
    start();
    settle();
    check_data(*supervisor_.server()->snapshot()->data);
  }

  [[nodiscard]] std::size_t refused() const { return refused_; }
  [[nodiscard]] std::size_t deaths() const { return deaths_; }
  [[nodiscard]] std::size_t accepted() const { return accepted_; }

private:
  struct submitted {
    std::string account;
    std::int64_t amount;
    libsync::receipt_future told;
    std::optional<receipt> last = std::nullopt;
  };

  void start() {
    libsync::server_options<data> options;
    options.journal = memory_journal{
        disk_, libsync::durability::synced, {.data_every = 10, .keep = random_.below(30)}};
    options.bounds.batch = 1 + random_.below(8);
    options.inject_fault = [this](libsync::fault_point where) {
      if (where != libsync::fault_point::after && dies_ != 0 && --dies_ == 0) {
        ++deaths_;
        throw std::runtime_error("it dies");
      }
    };
    supervisor_ = libsync::spawn_supervisor(at_, data{}, options,
                                            {.restarts = libsync::supervisor_options::without_end});
  }

  void act(std::vector<std::unique_ptr<libsync::session<data>>>& sessions) {
    switch (random_.below(9)) {
    case 0:
      sessions.push_back(std::make_unique<libsync::session<data>>(
          supervisor_, libsync::client_options<data>{.identity = "somebody"}));
      break;
    case 1:
      disk_->fail(storage_failure::full, "it is full", random_.below(2) == 0, random_.below(3));
      if (random_.below(2) == 0)
        disk_->fail_reading();
      break;
    case 2:
      disk_->heal();
      at_.advance(std::chrono::milliseconds{random_.below(3'000)});
      break;
    case 3:
      dies_ = 1 + random_.below(20);
      break;
    default:
      if (!sessions.empty())
        submit(*sessions[random_.below(sessions.size())]);
    }
    at_.steps(random_.below(12));
    note();
  }

  void submit(libsync::session<data>& by) {
    auto& count = counts_[&by];
    if (count == 40)
      return;
    if (count == 0)
      names_[&by] = "account " + std::to_string(names_made_++);
    const std::int64_t amount = std::int64_t{1} << count++;
    all_.push_back({names_[&by], amount, by.submit(pay{names_[&by], amount})});
  }

  // What somebody was told is on the disk already.
  void note() {
    for (auto& one : all_)
      if (!one.last && one.told.is_ready()) {
        one.last = one.told.get();
        if (one.last->is_accepted()) {
          ++accepted_;
          REQUIRE(one.last->version <= version_on_disk());
        }
        refused_ += one.last->what == receipt::kind::refused ? 1 : 0;
      }
  }

  libsync::version version_on_disk() const {
    const auto all = disk_->all();
    const auto header = nlohmann::json::parse(all.at({libsync::row_table::header, 0}).text);
    return header.at("version").get<libsync::version>();
  }

  void settle() {
    dies_ = 0;
    for (int i = 0; i < 10; ++i) {
      at_.run();
      at_.advance(std::chrono::seconds{5});
    }
    at_.run();
    note();
  }

  void check(const std::vector<std::unique_ptr<libsync::session<data>>>& sessions) {
    for (const auto& one : all_)
      REQUIRE(one.last);
    const auto now = *supervisor_.server()->snapshot();
    check_data(*now.data);
    for (const auto& one : sessions) {
      const auto seen = *one->snapshot();
      REQUIRE(seen.version == now.version);
      REQUIRE(*seen.data == *now.data);
    }
    counts_.clear();
    names_.clear();
  }

  // Each accepted one is there once, no refused one is.
  void check_data(const data& now) const {
    for (const auto& one : all_) {
      const auto found = now.accounts.find(one.account);
      const bool is_there = found != now.accounts.end() && (found->second & one.amount) != 0;
      if (one.last->what != receipt::kind::unknown)
        REQUIRE(is_there == one.last->is_accepted());
    }
  }

  libsync::testing::runtime at_;
  libsync::testing::random& random_;
  std::shared_ptr<memory_disk> disk_ = std::make_shared<memory_disk>();
  libsync::supervisor<data> supervisor_;
  std::vector<submitted> all_;
  std::map<const void*, int> counts_;
  std::map<const void*, std::string> names_;
  int names_made_ = 0;
  std::uint64_t dies_ = 0;
  std::size_t deaths_ = 0;
  std::size_t accepted_ = 0;
  std::size_t refused_ = 0;
};

} // namespace

TEST_CASE("what is acknowledged is there exactly once, whatever dies and whatever disk fails",
          "[churn]") {
  std::size_t accepted = 0;
  std::size_t refused = 0;
  std::size_t deaths = 0;
  const auto seeds = amount("LIBSYNC_JOURNAL_SEEDS", 200);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    INFO("seed " << seed);
    world here{seed};
    here.run();
    accepted += here.accepted();
    refused += here.refused();
    deaths += here.deaths();
  }
  CHECK(accepted > 10 * seeds);
  CHECK(refused > seeds);
  CHECK(deaths > seeds);
}
