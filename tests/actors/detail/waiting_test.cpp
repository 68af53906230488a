#include "libsync/actors/detail/waiting.hpp"

#include <stdexcept>
#include <string>
#include <thread>

#include "libsync/actors/receipt_future.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"

using libsync::receipt;
using libsync::receipt_promise;
using libsync::detail::no_waiting;
using libsync::detail::why_not_wait;

TEST_CASE("places where a thread must not wait are nested, and left again", "[waiting]") {
  CHECK(no_waiting::here() == nullptr);
  CHECK(why_not_wait("go on").empty());
  {
    const no_waiting outer{"an observer"};
    {
      const no_waiting inner{"a receipt's handler"};
      CHECK(why_not_wait("go on") ==
            "this thread must not wait, since it runs a receipt's handler: go on");
    }
    CHECK(no_waiting::here() == std::string{"an observer"});
    std::jthread{[] { no_waiting::from_now_on("that thread"); }}.join();
    CHECK(no_waiting::here() == std::string{"an observer"});
    failing::each_allocation([](auto arm) {
      CHECK(arm([] { CHECK_FALSE(why_not_wait("a long enough sentence").empty()); }));
    });
  }
  CHECK(no_waiting::here() == nullptr);
  receipt_promise owed{[](const receipt&) {
    if (no_waiting::here() == nullptr)
      throw std::logic_error("a handler may wait");
  }};
  owed.decide(receipt::accepted(1));
}
