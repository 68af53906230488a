#include "libsync/json/sibling_store.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "libsync/siblings.hpp"
#include "support/between.hpp"
#include "support/catch.hpp"
#include "support/many_cases.hpp"
#include "support/script.hpp"

namespace {

using numbers = libsync::set<int>;
using box = libsync::statebox<numbers, libsync::stamp, 128>;
using siblings::between;

// Three who change one key, now and then one between another's reading and writing, and a second
// store, which was apart.
class world {
public:
  explicit world(script choose) : choose_{std::move(choose)} {
    for (auto& one : all_)
      one.rows().before = [this] { interfere(); };
  }

  void run() {
    while (!choose_.ended())
      try_step();
    if (!apart_.keys().empty())
      RC_ASSERT(here().put_beside("k", *apart_.read("k")));
    check();
  }

private:
  using store = libsync::sibling_store<numbers, between>;

  store& here() { return all_[0]; }

  void interfere() {
    if (!interfering_ && !choose_.ended() && choose_.below(3) == 0) {
      interfering_ = true;
      try_step();
      interfering_ = false;
    }
  }

  numbers::operation any_change() {
    const int element = choose_.below(6);
    if (choose_.below(3) == 0)
      return numbers::remove{element};
    return numbers::add{element};
  }

  void try_step() {
    try {
      step(all_[static_cast<std::size_t>(choose_.below(3))]);
    } catch (const libsync::storage_error& error) {
      RC_ASSERT(error.kind() == libsync::storage_failure::contended);
    }
  }

  void step(store& by) {
    switch (choose_.below(8)) {
    case 0:
      RC_ASSERT(by.merge("k"));
      return;
    case 1:
      acknowledge(*apart_.update("k", any_change()));
      return;
    case 2:
      if (!apart_.keys().empty())
        RC_ASSERT(by.put_beside("k", *apart_.read("k")));
      return;
    case 3:
      RC_ASSERT(apart_.put_beside("k", *by.read("k")));
      return;
    default:
      acknowledge(*by.update("k", any_change()));
    }
  }

  void acknowledge(const box& written) { events_.push_back(written.queue().back()); }

  // All that was acknowledged, in order, made what is there; and all read the same.
  void check() {
    std::ranges::sort(events_, {}, &box::event::time);
    numbers expected;
    for (const auto& event : events_)
      RC_ASSERT(libsync::step_through(expected, event.what));
    const auto merged = here().merge("k");
    RC_ASSERT(merged.reason() == "");
    RC_ASSERT(merged->value() == expected);
    RC_ASSERT(merged->queue() == events_);
    RC_ASSERT(!merged->may_have_lost());
    for (auto& one : all_)
      RC_ASSERT(*one.read("k") == *merged);
  }

  script choose_;
  between kept_;
  store all_[3] = {store{kept_, {.attempts = 1}}, store{kept_, {.attempts = 3}},
                   store{kept_, {.attempts = 2, .keep_beside = true}}};
  libsync::sibling_store<numbers, libsync::memory_siblings> apart_{libsync::memory_siblings{}};
  std::vector<box::event> events_;
  bool interfering_ = false;
};

} // namespace

TEST_CASE("stores of siblings lose nothing that was acknowledged, whoever comes between", "[law]") {
  check_law_often("siblings", [] { world{script::any(1)}.run(); });
}
