#include <sstream>
#include <string>

#include "libsync/audit.hpp"
#include "libsync/effects.hpp"
#include "libsync/identity.hpp"
#include "libsync/pending.hpp"
#include "libsync/receipt.hpp"
#include "libsync/result.hpp"
#include "support/catch.hpp"
#include "support/tape.hpp"

using libsync::receipt;
using libsync::standing;

namespace {

template <class T>
std::string printed(const T& what) {
  std::ostringstream out;
  out << what;
  return out.str();
}

} // namespace

TEST_CASE("each kind of receipt is printed with its reason", "[words]") {
  CHECK(printed(receipt::accepted(7)) == "accepted as version 7");
  CHECK(printed(receipt::refused("no")) == "refused: no");
  CHECK(printed(receipt::overloaded()) == "overloaded: the outbox is full");
  CHECK(printed(receipt::unknown("it is gone")) == "unknown: it is gone");
  CHECK(printed(receipt::undecided("it is to come")) == "undecided: it is to come");
}

TEST_CASE("each standing is printed by its name", "[words]") {
  CHECK(printed(standing::pending) == "pending");
  CHECK(printed(standing::skipped) == "skipped");
  CHECK(printed(standing::confirmed) == "confirmed");
  CHECK(printed(standing::refused) == "refused");
}

TEST_CASE("each result of an audit is printed", "[words]") {
  using copy = libsync::audited_copy<tape::data>;
  const libsync::client_id who{3};
  CHECK(printed(copy{who, copy::kind::agrees}) == printed(who) + " agrees with the server");
  CHECK(printed(copy{who, copy::kind::differs, {}, "the log is short"}) ==
        printed(who) + " differs from the server: the log is short");
  CHECK(printed(copy{who, copy::kind::not_compared, {}, "it has left"}) ==
        printed(who) + " was not compared: it has left");
}

TEST_CASE("a failure without words says `refused`", "[words]") {
  CHECK(libsync::result<int>::failed("").reason() == "refused");
  CHECK(libsync::result<int>::failed("no").reason() == "no");
}

TEST_CASE("data without identities or effects have equal ones", "[words]") {
  CHECK(libsync::same_identity(libsync::identity_ptr<tape::data>{}, {}));
  CHECK(libsync::effects<tape::data>::effect{} == libsync::effects<tape::data>::effect{});
}
