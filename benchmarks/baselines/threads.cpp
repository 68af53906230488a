#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "baselines/baselines.hpp"
#include "support/stopwatch.hpp"
#include "support/workload.hpp"

namespace {

using workload::operation;
using workload::stack;

struct client {
  std::mutex mutex;
  std::deque<operation> queue;
  bool scheduled = false;
  stack copy;
};

// Clients that have something to do, for two worker threads.
class pool {
public:
  pool(std::uint64_t expected, bench::countdown& finished)
      : expected_(expected), finished_(finished) {
    for (int i = 0; i < 2; ++i)
      workers_.emplace_back([this] { work(); });
  }

  ~pool() {
    const std::lock_guard guard{mutex_};
    stopped_ = true;
    more_.notify_all();
  }

  void schedule(client& one) {
    const std::lock_guard guard{mutex_};
    ready_.push_back(&one);
    more_.notify_one();
  }

private:
  void work() {
    while (client* next = take())
      empty(*next);
  }

  client* take() {
    std::unique_lock guard{mutex_};
    more_.wait(guard, [this] { return stopped_ || !ready_.empty(); });
    if (ready_.empty())
      return nullptr;
    client* next = ready_.front();
    ready_.pop_front();
    return next;
  }

  void empty(client& one) {
    for (std::deque<operation> taken;; taken.clear()) {
      {
        const std::lock_guard guard{one.mutex};
        if (one.queue.empty()) {
          one.scheduled = false;
          return;
        }
        taken.swap(one.queue);
      }
      for (const auto& op : taken) {
        reduce(one.copy, op);
        if (one.copy.applied == expected_)
          finished_.arrive();
      }
    }
  }

  std::uint64_t expected_;
  bench::countdown& finished_;
  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<client*> ready_;
  bool stopped_ = false;
  std::vector<std::jthread> workers_;
};

class server {
public:
  server(std::vector<std::unique_ptr<client>>& clients, pool& workers)
      : clients_(clients), workers_(workers) {}

  void submit(const operation& op) {
    const std::lock_guard guard{mutex_};
    reduce(data_, op);
    for (auto& one : clients_) {
      bool asleep = false;
      {
        const std::lock_guard inner{one->mutex};
        one->queue.push_back(op);
        asleep = !std::exchange(one->scheduled, true);
      }
      if (asleep)
        workers_.schedule(*one);
    }
  }

  [[nodiscard]] std::uint32_t digest() const { return data_.digest(); }

private:
  std::mutex mutex_;
  stack data_;
  std::vector<std::unique_ptr<client>>& clients_;
  pool& workers_;
};

} // namespace

bench::figures baselines::threads_fanout(std::size_t clients, std::uint64_t operations) {
  const auto each = operations / workload::producers;
  const auto total = each * workload::producers;
  std::vector<std::unique_ptr<client>> all;
  for (std::size_t i = 0; i < clients; ++i)
    all.push_back(std::make_unique<client>());
  bench::countdown finished{clients};
  pool workers{total, finished};
  server one{all, workers};
  const bench::stopwatch watch;
  std::vector<std::jthread> threads;
  for (std::uint64_t producer = 0; producer < workload::producers; ++producer)
    threads.emplace_back([&, producer] {
      for (std::uint64_t i = 0; i < each; ++i)
        one.submit(workload::generate(producer, i));
    });
  finished.wait();
  const double seconds = watch.seconds();
  threads.clear();
  std::vector<std::uint32_t> digests;
  for (const auto& done : all)
    digests.push_back(done->copy.digest());
  workload::check_digests(digests, one.digest());
  return {{"deliveries/s", static_cast<double>(total * clients) / seconds}};
}
