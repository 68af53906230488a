#include <optional>
#include <string>

#include "libsync/testing/simulate.hpp"
#include "support/catch.hpp"
#include "support/guests.hpp"

namespace {

using guests::announce;
using guests::book;
using guests::person;
using libsync::testing::fault;

bool has_no_forgery(const book& data) {
  for (const auto& line : data.lines)
    if (line == "I am the server" || line.starts_with("nobody") || line.starts_with("client 3"))
      return false;
  return true;
}

libsync::testing::simulation_options<book> with_rules() {
  libsync::testing::simulation_options<book> how{.seeds = 200};
  how.identify = [](std::size_t which) { return person{"client " + std::to_string(which)}; };
  how.admit = [](const person& who) {
    return who.name == "client 3" ? libsync::refused("it is banned") : libsync::accepted();
  };
  how.authorize = guests::authorize;
  how.on_joined = [](const libsync::context<book>& who) {
    return std::optional<book::operation>{announce{name_of(who) + " has come"}};
  };
  how.on_left = [](libsync::client_id who) {
    return std::optional<book::operation>{
        announce{std::to_string(static_cast<std::uint64_t>(who)) + " has gone"}};
  };
  return how;
}

} // namespace

TEST_CASE("random networks: who claims to be somebody else is not, and who is banned never joins",
          "[simulation][identity]") {
  CHECK(libsync::testing::simulate<book>(with_rules(), guests::make_words, has_no_forgery));
}

TEST_CASE("random networks: identities outlive servers that die", "[simulation][identity]") {
  auto how = with_rules();
  how.kinds = {fault::kill_server, fault::fail_server, fault::cut, fault::leave, fault::late_join};
  how.faults = 30;
  CHECK(libsync::testing::simulate<book>(how, guests::make_words, has_no_forgery));
}
