#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "support/catch.hpp"
#include "support/room.hpp"
#include "support/tape.hpp"

namespace {

struct act {
  const char* name;
  std::function<void(room&)> call;
};

// Plays once for each call that the replica makes, acting at that call.
void at_each_call(const act& acting, bool observing, const std::function<void(room&)>& check) {
  std::set<std::string> met;
  for (std::size_t due = 1;; ++due) {
    room in{due, observing};
    in.action = acting.call;
    in.play();
    INFO(acting.name << " at call " << due << ", " << in.out.called_at);
    if (in.out.calls < due)
      break;
    met.insert(in.out.called_at);
    check(in);
  }
  CHECK(met.contains("send"));
  CHECK(met.contains("accepted"));
  CHECK(met.contains("settled"));
  CHECK(met.contains("changed") == observing);
}

} // namespace

TEST_CASE("a client may submit at every call: one receipt for each submission, none false",
          "[reentrant]") {
  const bool observing = GENERATE(true, false);
  at_each_call({"submitting", [](room& in) { in.submit(tape::append{50}); }}, observing,
               [](room& in) {
                 in.exchange();
                 in.check_receipts();
                 in.check_copies();
               });
}

TEST_CASE("a client may leave and join again at every call", "[reentrant]") {
  const bool observing = GENERATE(true, false);
  const auto act = GENERATE(0, 1, 2);
  at_each_call({"leaving or joining",
                [act](room& in) {
                  if (act != 0)
                    in.me.leave(in.out);
                  if (act != 1)
                    in.me.connect(in.out);
                }},
               observing, [](room& in) {
                 in.me.connect(in.out);
                 in.exchange();
                 in.check_receipts();
                 in.check_copies();
               });
}

TEST_CASE("a client that leaves within a call hears of no change until it joins again",
          "[reentrant]") {
  at_each_call({"leaving",
                [](room& in) {
                  in.me.leave(in.out);
                  in.out.changes.clear();
                }},
               true, [](room& in) {
                 CHECK((in.me.joined() || in.out.changes.empty()));
                 in.check_copies();
               });
}

TEST_CASE(
    "a client may close at every call: due receipts are told before close returns, then nothing",
    "[reentrant]") {
  const bool observing = GENERATE(true, false);
  std::size_t told = 0;
  at_each_call({"closing",
                [&told](room& in) {
                  in.me.close("closed from within", in.out);
                  in.check_receipts();
                  told = in.out.receipts.size() + in.out.changes.size();
                }},
               observing, [&told](room& in) {
                 CHECK(in.me.closed());
                 CHECK(in.out.receipts.size() + in.out.changes.size() == told);
                 in.exchange();
                 in.check_receipts();
                 in.check_copies();
               });
}
