#include "libsync/detail/client/phase_fair_lock.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using libsync::detail::phase_fair_lock;

namespace {

// Runs `read` on that many threads, again and again while it lives.
template <class Read>
class readers {
public:
  readers(int count, Read read) : read_(read) {
    for (int i = 0; i < count; ++i)
      threads_.emplace_back([this] {
        while (!done_)
          read_();
      });
  }
  ~readers() { done_ = true; }

private:
  Read read_;
  std::atomic<bool> done_{false};
  std::vector<std::jthread> threads_;
};

void wait_until(const auto& condition) {
  while (!condition())
    std::this_thread::yield();
}

} // namespace

TEST_CASE("readers never see what the writer has done by half", "[phase_fair_lock]") {
  phase_fair_lock lock;
  int one = 0;
  int other = 0;
  std::atomic<bool> differs{false};
  {
    const readers all{4, [&] {
                        const phase_fair_lock::visit here{lock};
                        if (one != other)
                          differs = true;
                      }};
    for (int i = 1; i <= 20'000; ++i) {
      lock.lock();
      one = i;
      other = i;
      lock.unlock();
    }
  }
  CHECK(one == 20'000);
  CHECK(!differs);
}

TEST_CASE("readers who never pause do not keep the writer out, nor it them", "[phase_fair_lock]") {
  phase_fair_lock lock;
  std::atomic<int> visits{0};
  const readers all{2, [&] {
                      const phase_fair_lock::visit here{lock};
                      ++visits;
                    }};
  for (int i = 0; i < 200; ++i) {
    lock.lock();
    const int before = visits;
    wait_until([&] { return lock.has_waiting_readers(); });
    CHECK(visits == before);
    lock.unlock();
    lock.lock(); // at once, and yet it comes after the reader who has waited
    CHECK(visits > before);
    lock.unlock();
  }
}

TEST_CASE("a reader that comes after a waiting writer reads after it", "[phase_fair_lock]") {
  for (int i = 0; i < 50; ++i) {
    phase_fair_lock lock;
    std::atomic<bool> written{false};
    std::jthread late;
    std::jthread writer;
    bool late_saw = false;
    {
      const phase_fair_lock::visit here{lock};
      writer = std::jthread{[&] {
        lock.lock();
        written = true;
        lock.unlock();
      }};
      wait_until([&] { return lock.has_writer(); });
      late = std::jthread{[&] {
        const phase_fair_lock::visit there{lock};
        late_saw = written;
      }};
      CHECK(!written);
    }
    late.join();
    CHECK(late_saw);
  }
}

TEST_CASE("a thread that reads already reads again at once, also while a writer waits",
          "[phase_fair_lock]") {
  phase_fair_lock lock;
  phase_fair_lock another;
  std::jthread writer;
  const phase_fair_lock::visit here{lock};
  {
    const phase_fair_lock::visit elsewhere{another};
    writer = std::jthread{[&] {
      lock.lock();
      lock.unlock();
    }};
    wait_until([&] { return lock.has_writer(); });
    const phase_fair_lock::visit again{lock};
    CHECK(lock.is_within());
  }
  CHECK(lock.has_writer()); // it waits for the outer visit still
  CHECK(!another.is_within());
}

TEST_CASE("a thread knows whether it is within a lock, and may read what it writes",
          "[phase_fair_lock]") {
  phase_fair_lock lock;
  CHECK(!phase_fair_lock::is_within_any());
  {
    const phase_fair_lock::visit here{lock};
    CHECK(lock.is_within());
    bool other = true;
    std::jthread{[&] { other = lock.is_within(); }}.join();
    CHECK(!other);
  }
  CHECK(!lock.is_within());
  lock.lock();
  {
    const phase_fair_lock::visit own{lock};
    CHECK(phase_fair_lock::is_within_any());
  }
  lock.unlock();
  CHECK(!phase_fair_lock::is_within_any());
}

TEST_CASE("threads that want a brief lock take turns", "[phase_fair_lock]") {
  libsync::detail::brief_lock lock;
  int count = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int j = 0; j < 20'000; ++j) {
          const libsync::detail::holding guard{lock};
          ++count;
        }
      });
  }
  CHECK(count == 80'000);
}
