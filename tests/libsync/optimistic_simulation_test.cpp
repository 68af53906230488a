#include <cstdint>

#include "libsync/testing/simulate.hpp"
#include "support/catch.hpp"
#include "support/stack.hpp"

namespace {

using libsync::testing::fault;

template <class Data>
typename Data::operation make(const Data& seen, libsync::testing::random& choices) {
  const auto top = seen.values.empty() ? 0 : seen.values.back();
  switch (choices.below(12)) {
  case 0:
    return stack::tear{top};
  case 1:
    return stack::pop{top + 1};
  case 2:
  case 3:
  case 4:
    return stack::pop{top};
  default:
    return stack::push{choices.between(0, 99)};
  }
}

} // namespace

TEMPLATE_TEST_CASE("random networks: optimistic clients show what is confirmed with what is "
                   "pending, though operations tear the data",
                   "[simulation][optimistic][throws]", stack::steps, stack::copies) {
  libsync::testing::simulation_options<TestType> how;
  how.seeds = 500;
  how.kinds = {fault::cut,  fault::drop,      fault::duplicate, fault::leave,      fault::die,
               fault::hold, fault::call_back, fault::late_join, fault::kill_server};
  const auto told =
      libsync::testing::simulate<TestType>(how, make<TestType>, [](const auto&) { return true; });
  INFO(told);
  CHECK(told);
}
