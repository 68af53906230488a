// Coroutines instead of threads: three people count to ten together, each in a coroutine, which
// waits for its receipts without a thread.

#include <array>
#include <iostream>
#include <latch>
#include <string>

#include "libsync/actors.hpp"
#include "libsync/coroutine.hpp"

struct count {};

struct total {
  using operation = count;
  int value = 0;
};

libsync::outcome reduce(total& data, const count&) {
  if (data.value == 10)
    return libsync::refused("ten is enough");
  ++data.value;
  return libsync::accepted();
}

struct person {
  libsync::session<total> session;
  int counted = 0;
  libsync::reason why_ended = {};
};

libsync::task count_to_ten(person& who, std::latch& ready) {
  for (bool more = true; more;) {
    const auto receipt = co_await who.session.submit(count{});
    more = receipt.is_accepted();
    if (more)
      ++who.counted;
    else
      who.why_ended = receipt.reason;
  }
  co_await who.session.reached(10);
  ready.count_down();
}

int main() {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, total{});
  std::array<person, 3> all{
      person{libsync::session{server}}, {libsync::session{server}}, {libsync::session{server}}};
  std::latch ready{3};
  const std::array<libsync::task, 3> counting{count_to_ten(all[0], ready).start(),
                                              count_to_ten(all[1], ready).start(),
                                              count_to_ten(all[2], ready).start()};
  ready.wait();
  std::cout << "together they have counted to " << all[0].counted + all[1].counted + all[2].counted
            << '\n';
  for (const auto& who : all)
    std::cout << "ended, since " << who.why_ended << '\n';
}
