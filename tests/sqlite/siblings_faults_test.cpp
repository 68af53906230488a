#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "libsync/siblings.hpp"
#include "libsync/sqlite/siblings.hpp"
#include "libsync/testing/random.hpp"
#include "sqlite/support/faulty_files.hpp"
#include "support/amount.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"

namespace {

using faults::fault;
using libsync::sqlite_siblings;
using libsync::storage_error;
using numbers = libsync::set<int>;
using store = libsync::sibling_store<numbers, sqlite_siblings>;

// Two who change the same keys in a file whose calls fail by a seed.
class world {
public:
  explicit world(std::uint64_t seed) : random_{seed}, files_{seed} {
    for (auto& one : all_)
      open(one);
  }

  void run() {
    for (int i = 0; i < 60; ++i) {
      if (random_.below(8) == 0)
        plan();
      change(i);
      if (files_.has_failed() && random_.below(3) == 0)
        heal();
    }
    heal();
    check();
  }

  [[nodiscard]] int failed() const { return failed_; }
  [[nodiscard]] int unsure() const { return static_cast<int>(unsure_.size()); }

private:
  void open(std::optional<store>& one) {
    one.emplace(sqlite_siblings{in_ / "carts.db", {.file_system = files_.name()}},
                libsync::sibling_options{.keep_beside = random_.below(2) == 0});
  }

  void plan() {
    const auto what = static_cast<fault>(random_.below(3));
    if (random_.below(2) == 0)
      files_.plan(what, random_.below(12));
    else
      files_.plan_lasting(what, random_.below(12));
  }

  void heal() {
    // Whoever was there when the power went is gone.
    if (files_.is_powerless())
      for (auto& one : all_)
        one.reset();
    files_.heal();
    for (auto& one : all_)
      if (!one)
        open(one);
  }

  void change(int number) {
    auto& one = all_[random_.below(2)];
    const auto key = std::string(1 + random_.below(3), 'k');
    try {
      if (random_.below(6) == 0) {
        const auto merged = one->merge(key);
        REQUIRE(merged);
      } else if (random_.below(6) == 0) {
        store::box box;
        const auto when = box.next(1'000'000 + number, libsync::random_origin());
        REQUIRE(box.record(when, numbers::add{number}));
        maybe_ = number;
        const auto put = one->put_beside(key, box);
        REQUIRE(put);
        done_.insert(number);
      } else {
        maybe_ = number;
        const auto updated = one->update(key, numbers::add{number});
        REQUIRE(updated);
        done_.insert(number);
      }
    } catch (const storage_error& error) {
      REQUIRE(files_.has_failed());
      ++failed_;
      if (!error.wrote_nothing() && maybe_ == number)
        unsure_.insert(number);
    }
  }

  // All that was acknowledged is there, and nothing that surely was not; and all read the same.
  void check() {
    auto& [one, other] = all_;
    std::set<int> found;
    for (const auto& key : one->keys()) {
      const auto merged = one->merge(key);
      REQUIRE(merged.reason() == "");
      REQUIRE_FALSE(merged->may_have_lost());
      REQUIRE(*other->read(key) == *merged);
      REQUIRE(other->siblings(key).size() == 1);
      found.insert(merged->value().begin(), merged->value().end());
    }
    for (const int number : done_)
      REQUIRE(found.contains(number));
    for (const int number : found)
      REQUIRE((done_.contains(number) || unsure_.contains(number)));
  }

  const scratch in_;
  libsync::testing::random random_;
  faults::faulty_files files_;
  std::optional<store> all_[2];
  std::set<int> done_;
  std::set<int> unsure_;
  int maybe_ = -1;
  int failed_ = 0;
};

} // namespace

TEST_CASE("siblings in a file that fails at any call lose nothing that was acknowledged",
          "[churn]") {
  const auto seeds = static_cast<int>(amount("LIBSYNC_FAULT_SEEDS", 200));
  int failed = 0;
  int unsure = 0;
  for (int seed = 0; seed < seeds; ++seed) {
    INFO("seed " << seed);
    world one{static_cast<std::uint64_t>(seed)};
    one.run();
    failed += one.failed();
    unsure += one.unsure();
  }
  CHECK(failed > 3 * seeds);
  CHECK(unsure > seeds / 4);
}
