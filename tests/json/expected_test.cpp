#include <sstream>
#include <string>

#include "libsync/json/data.hpp"
#include "libsync/json/log.hpp"
#include "libsync/json/statebox.hpp"

#include "support/catch.hpp"
#include "json/notes_json.hpp"

namespace {

using libsync::counter;
using nlohmann::json;
using words = libsync::dictionary<std::string, int>;

// What is said of JSON that is no such value.
template <class T>
std::string error_of(const char* text) {
  try {
    static_cast<void>(json::parse(text).get<T>());
    return "";
  } catch (const libsync::json_error& error) {
    CHECK(std::string{error.what()}.ends_with(error.reason()));
    return error.what();
  }
}

} // namespace

TEST_CASE("JSON that is no dictionary, counter or operation says what is expected", "[json]") {
  CHECK(error_of<words>("{\"a\": 1}").empty());
  CHECK(error_of<words>("[1]") == "expected an object, found array");
  CHECK(error_of<counter>("[]").empty());
  CHECK(error_of<counter>("[[5, 1, 2], [4, 1, 2]]") ==
        "entry 2 of the counter does not come after the one before it");
  CHECK(error_of<counter::increment>("[\"increment\", 1, 2, 3, 4]").empty());
  CHECK(error_of<counter::increment>("[\"decrement\", 1, 2, 3, 4]") == "[0]: expected increment");
}

TEST_CASE("a log that has a wrong line is applied up to it", "[json][log]") {
  std::stringstream lines{"{\"version\": 1}\n"};
  libsync::log_replay<notes::page> again{{}};
  std::size_t seen = 0;
  const auto why = again.run(lines, [&](const auto&) { ++seen; });
  CHECK(why.reason().text().starts_with("line 1: "));
  CHECK(seen == 0);
  CHECK(again.version() == 0);
}

TEST_CASE("`null` is no box, and says so", "[json]") {
  CHECK_FALSE(libsync::read_json<libsync::statebox<words>>("null"));
  CHECK_FALSE(libsync::read_json<libsync::statebox<words>>("{\"value\": null, "));
}
