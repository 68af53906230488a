#pragma once

/// Data that one thread changes and others read, held as people would who do not use libsync. Each
/// has `read(f)`, which returns what `f(const Data&)` does, and `write(op)`, for one thread.

#include <atomic>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <utility>

#if __has_include(<urcu/urcu-memb.h>) && defined(BENCH_URCU)
#include <urcu/urcu-memb.h>
#endif

namespace baselines {

/// Under a std::shared_mutex, changed in place.
template <class Data>
class mutexed {
public:
  static constexpr auto name = "shared_mutex";
  using data_type = Data;

  explicit mutexed(Data initial) : data_(std::move(initial)) {}

  template <class Function>
  auto read(Function f) const {
    const std::shared_lock guard{mutex_};
    return f(data_);
  }

  void write(const typename Data::operation& op) {
    const std::unique_lock guard{mutex_};
    reduce(data_, op);
  }

private:
  mutable std::shared_mutex mutex_;
  Data data_;
};

/// In a std::atomic<std::shared_ptr>, replaced by a changed copy.
template <class Data>
class pointed_at {
public:
  static constexpr auto name = "atomic shared_ptr";
  using data_type = Data;

  explicit pointed_at(Data initial) : data_(std::make_shared<const Data>(std::move(initial))) {}

  template <class Function>
  auto read(Function f) const {
    const auto held = data_.load();
    return f(*held);
  }

  void write(const typename Data::operation& op) {
    auto next = std::make_shared<Data>(*data_.load());
    reduce(*next, op);
    data_.store(std::move(next));
  }

private:
  std::atomic<std::shared_ptr<const Data>> data_;
};

#if __has_include(<urcu/urcu-memb.h>) && defined(BENCH_URCU)
#define BENCH_HAS_URCU 1

/// By userspace RCU (liburcu, flavor memb), replaced by a changed copy; the writer waits until
/// nobody reads the one before.
template <class Data>
class rcu {
public:
  static constexpr auto name = "liburcu";
  using data_type = Data;

  explicit rcu(Data initial) : data_(new Data(std::move(initial))) {}
  ~rcu() { delete data_.load(); }
  rcu(const rcu&) = delete;
  rcu& operator=(const rcu&) = delete;

  template <class Function>
  auto read(Function f) const {
    static thread_local const registration of_this_thread;
    urcu_memb_read_lock();
    const auto result = f(std::as_const(*data_.load(std::memory_order_consume)));
    urcu_memb_read_unlock();
    return result;
  }

  void write(const typename Data::operation& op) {
    auto next = std::make_unique<Data>(*data_.load(std::memory_order_relaxed));
    reduce(*next, op);
    const std::unique_ptr<Data> old{data_.exchange(next.release())};
    urcu_memb_synchronize_rcu();
  }

private:
  struct registration {
    registration() { urcu_memb_register_thread(); }
    ~registration() { urcu_memb_unregister_thread(); }
  };

  std::atomic<Data*> data_;
};
#endif

} // namespace baselines
