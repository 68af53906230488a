#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <utility>
#include <variant>

#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/gossip_network.hpp"

namespace {

using network = gossip_network;
using numbers = network::numbers;

// Three peers in a row. The call of one number fails; it is made again if nothing was done.
template <class Arm>
class failing_network {
public:
  failing_network(Arm& arm, std::size_t failing) : arm_(arm), failing_(failing) {}

  void run() {
    for (const auto& [self, other] : {std::pair{0, 1}, {1, 0}, {1, 2}, {2, 1}})
      attempt(self, [to = other](auto& at, auto& out) { at.meet(to, out); });
    for (int i = 0; i < 3; ++i) {
      attempt(i, [&](auto& at, auto& out) {
        if (auto done = at.change(numbers::operation{numbers::add{i}}, 10 + i, out); !done)
          throw std::runtime_error(done.reason());
      });
      for (int self = 0; self < 3; ++self)
        attempt(self, [](auto& at, auto& out) { at.share(out); });
      for (int self = 0; self < 3; ++self)
        for (int other = 0; other < 3; ++other)
          deliver(self, other);
    }
    of_.settle();
    for (int i = 0; i < 3; ++i) {
      CHECK(of_.at(i).box() == of_.at(0).box());
      CHECK(of_.at(i).box().value() == numbers{0, 1, 2});
    }
  }

  [[nodiscard]] std::size_t calls() const { return calls_; }

private:
  template <class Call>
  void attempt(int self, Call call) {
    auto& at = of_.at(self);
    network::sink out{of_, self};
    if (++calls_ != failing_)
      return call(at, out);
    const auto before = at.box();
    if (!arm_([&] { call(at, out); }) && at.box() == before)
      call(at, out);
  }

  void deliver(int from, int to) {
    auto& over = of_.link(from, to);
    if (over.empty())
      return;
    const auto first = std::move(over.front());
    over.pop_front();
    attempt(to, [&](auto& at, auto& out) {
      if (const auto* box = std::get_if<network::peer::box_ptr>(&first))
        static_cast<void>(at.receive(from, **box, out));
      else
        at.acknowledged(from, out);
    });
  }

  Arm& arm_;
  network of_{3, {.age = 30, .events = 4}};
  std::size_t failing_;
  std::size_t calls_ = 0;
};

} // namespace

TEST_CASE("peers that run out of memory at any place end with one value",
          "[statebox][gossip][failing]") {
  std::size_t failed = 0;
  std::size_t calls = 1;
  for (std::size_t one = 1; one <= calls; ++one)
    failed += failing::each_allocation([&](auto arm) {
      failing_network all{arm, one};
      all.run();
      calls = std::max(calls, all.calls());
    });
  CHECK(calls > 20);
  CHECK(failed > 100);
}
