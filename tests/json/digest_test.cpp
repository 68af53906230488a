#include "libsync/json/digest.hpp"

#include <map>
#include <string>
#include <vector>

#include "support/catch.hpp"

TEST_CASE("equal values have equal JSON digests, and others have others", "[json][audit]") {
  using board = std::map<std::string, std::vector<int>>;
  const board one{{"a", {1, 2}}, {"b", {}}};
  auto other = one;
  CHECK(libsync::json_digest(one) == libsync::json_digest(other));
  other["b"].push_back(3);
  CHECK(libsync::json_digest(one) != libsync::json_digest(other));
  CHECK(libsync::json_digest(std::string{"[]"}) != libsync::json_digest(std::vector<int>{}));
  CHECK(libsync::json_digest(std::string{"\xff"}) != libsync::json_digest(std::string{"x"}));
}
