#include "libsync/actors/detail/spin_lock.hpp"

#include <mutex>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using libsync::detail::back_off;

TEST_CASE("a thread that finds a lock taken tries again, lets others run, then sleeps ever longer",
          "[lock]") {
  back_off patience;
  for (int i = 0; i < back_off::tries; ++i)
    REQUIRE(patience.next() == back_off::step::try_again);
  for (int i = 0; i < back_off::yields; ++i)
    REQUIRE(patience.next() == back_off::step::yield);
  std::vector<long> sleeps;
  for (int i = 0; i < 9; ++i) {
    REQUIRE(patience.next() == back_off::step::sleep);
    sleeps.push_back(patience.sleep().count());
  }
  CHECK(sleeps == std::vector<long>{20, 40, 80, 160, 320, 640, 1280, 1280, 1280});
}

TEST_CASE("one thread at a time holds a lock, also while others sleep", "[lock][threads]") {
  libsync::detail::spin_lock lock;
  int inside = 0;
  long total = 0;
  bool alone = true;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int k = 0; k < 20'000; ++k) {
          const std::lock_guard guard{lock};
          alone = alone && ++inside == 1;
          for (int n = 0; k % 4000 == 0 && n < 10 * back_off::yields; ++n)
            std::this_thread::yield(); // until others have gone to sleep
          ++total;
          --inside;
        }
      });
  }
  CHECK(alone);
  CHECK(total == 80'000);
}
