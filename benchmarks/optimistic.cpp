// What does optimism cost? A replica with p pending submissions receives batches of k foreign
// operations, and batches of nothing but its own; beside a plain replica, in the same run.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libsync/libsync.hpp"
#include "support/program.hpp"
#include "support/stopwatch.hpp"

namespace {

struct put {
  std::size_t place = 0;
  std::int64_t value = 0;
};

template <bool HasInverse>
struct numbers {
  using operation = put;
  std::vector<std::int64_t> values;
};

template <bool HasInverse>
void reduce(numbers<HasInverse>& self, const put& op) {
  self.values[op.place] = op.value;
}

put inverse(const numbers<true>& before, const put& op) {
  return {op.place, before.values[op.place]};
}

// Sends nothing.
struct nowhere {
  template <class Message>
  void send(const Message&) {}
  void send_leave() {}
  void send_acknowledgement(libsync::version) {}
  void accepted(libsync::submission_number, std::size_t count, libsync::version) { told += count; }
  void settled(libsync::submission_number, const libsync::receipt&) {}
  [[nodiscard]] static bool observes() { return false; }
  template <class Data>
  void changed(const libsync::change<Data>&) {}
  template <class... Anything>
  void diverged(const Anything&...) {
    throw std::runtime_error("the copy has diverged");
  }
  std::size_t told = 0;
};

constexpr libsync::client_id me{1};
constexpr libsync::client_id somebody{2};
constexpr libsync::epoch_id epoch{7};

template <class Data, libsync::replica_mode Mode>
class client {
public:
  explicit client(std::size_t size) : size_(size), replica_({.outbox = 1 << 20}) {
    replica_.connect(out_);
    Data initial;
    initial.values.resize(size);
    libsync::welcome<Data> welcome;
    welcome.you = me;
    welcome.epoch = epoch;
    welcome.attempt = 1;
    welcome.lag = std::size_t{1} << 40U;
    welcome.lag_bytes = std::size_t{1} << 40U;
    welcome.snapshot = std::make_shared<const Data>(std::move(initial));
    replica_.receive(welcome, out_);
    receive(batch(somebody, 1)); // the first one copies the snapshot
  }

  void submit(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      submitted_.push_back(next());
      static_cast<void>(replica_.push(submitted_.back()));
    }
    replica_.pump(out_);
  }

  libsync::batch_ptr<Data> batch(libsync::client_id by, std::size_t count) {
    auto made = std::make_shared<libsync::batch<Data>>();
    made->epoch = epoch;
    made->first = replica_.version() + 1;
    made->last = replica_.version();
    std::vector<put> all;
    if (by == me)
      all.swap(submitted_);
    else
      while (all.size() < count)
        all.push_back(next());
    libsync::append<Data>(*made, by, by == me ? own_ : 1, all, false, 0);
    own_ += by == me ? count : 0;
    return made;
  }

  void receive(const libsync::batch_ptr<Data>& what) { replica_.receive(what, out_); }

private:
  put next() {
    ++made_;
    return {(made_ * 7919) % size_, static_cast<std::int64_t>(made_)};
  }

  std::size_t size_;
  std::size_t made_ = 0;
  std::vector<put> submitted_;
  libsync::submission_number own_ = 1;
  libsync::replica<Data, Mode> replica_;
  nowhere out_;
};

// Microseconds for a batch of others' operations while so many submissions are pending.
template <class Data, libsync::replica_mode Mode>
bench::figures rebase(std::size_t size, std::size_t pending, std::size_t operations, int batches) {
  client<Data, Mode> one{size};
  one.submit(pending);
  double seconds = 0;
  for (int i = 0; i < batches; ++i) {
    const auto what = one.batch(somebody, operations);
    const bench::stopwatch watch;
    one.receive(what);
    seconds += watch.seconds();
  }
  return {{"us/batch", 1e6 * seconds / batches}};
}

// Nanoseconds for each of one's own operations, which come back in order.
template <class Data, libsync::replica_mode Mode>
bench::figures own(std::size_t size, std::size_t operations, int batches) {
  client<Data, Mode> one{size};
  double received = 0;
  double all = 0;
  for (int i = 0; i < batches; ++i) {
    const bench::stopwatch whole;
    one.submit(operations); // which also writes down what comes back
    all += whole.seconds();
    const auto what = one.batch(me, operations);
    const bench::stopwatch watch;
    one.receive(what);
    received += watch.seconds();
  }
  const double each = 1e9 / batches / static_cast<double>(operations);
  return {{"ns/operation received", each * received}, {"ns/operation", each * (all + received)}};
}

} // namespace

int main(int argc, char** argv) {
  bench::program program{"What optimism costs a client."};
  CLI11_PARSE(program.app, argc, argv);
  using plain = libsync::own_copy;
  using eager = libsync::optimistic;
  const int many = program.quick ? 20 : 2000;
  const int few = program.quick ? 2 : 40;
  std::vector<bench::subject> subjects;
  const std::array sizes{std::pair{std::size_t{64}, std::string{"64 numbers"}},
                         std::pair{std::size_t{1'000'000}, std::string{"1,000,000 numbers"}}};
  for (const auto& each : sizes) {
    const auto size = each.first;
    const auto& data = each.second;
    for (const std::size_t k : {1UL, 64UL})
      for (const std::size_t p : {1UL, 16UL, 256UL}) {
        const auto name = data + ", " + std::to_string(k) + " foreign";
        const auto add = [&](const std::string& how, int batches, auto run) {
          subjects.push_back({name,
                              how,
                              p,
                              k,
                              {"us/batch"},
                              [=] { return run(size, p, k, batches); },
                              false,
                              "plain",
                              true});
        };
        add("plain", many, rebase<numbers<true>, plain>);
        add("with inverse", many, rebase<numbers<true>, eager>);
        add("without inverse", size > 1000 ? few : many, rebase<numbers<false>, eager>);
      }
    const auto add = [&](const std::string& how, auto run) {
      subjects.push_back({data + ", own only",
                          how,
                          1024,
                          1024,
                          {"ns/operation received", "ns/operation"},
                          [=, batches = many] { return run(size, 1024, batches); },
                          false,
                          "plain",
                          true});
    };
    add("plain", own<numbers<true>, plain>);
    add("with inverse", own<numbers<true>, eager>);
    add("without inverse", own<numbers<false>, eager>);
  }
  return program.measure(std::move(subjects));
}
