#include <cstdint>
#include <sstream>
#include <string>

#include "libsync/actors/load.hpp"
#include "load/sums.hpp"
#include "support/catch.hpp"

namespace {

template <class T>
std::string text_of(const T& one) {
  std::ostringstream text;
  text << one;
  return text.str();
}

bool has_long_line(const std::string& text) {
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);)
    if (line.size() > 80)
      return true;
  return false;
}

std::string latencies_of(const libsync::histogram& all) {
  std::ostringstream text;
  libsync::print_latencies(text, all);
  return text.str();
}

} // namespace

TEST_CASE("latencies are printed with percentiles, and by powers of two", "[load]") {
  libsync::histogram all;
  for (int i = 0; i < 3; ++i)
    all.record(1000);
  all.record(5000);
  CHECK(latencies_of(all) ==
        "latency              p50  1.00 us p90  5.00 us p99  5.00 us max  5.00 us\n"
        "   512 ns to  1.02 us ######################################## 3\n"
        "  1.02 us to  2.05 us                                          0\n"
        "  2.05 us to  4.10 us                                          0\n"
        "  4.10 us to  8.19 us #############                            1\n");
}

TEST_CASE("latencies from 0 to the greatest are printed", "[load]") {
  libsync::histogram all;
  CHECK(latencies_of(all) == "no latency was measured\n");
  all.record(0);
  CHECK(latencies_of(all).find("### 1\n") != std::string::npos);
  all.record(UINT64_MAX);
  const auto text = latencies_of(all);
  CHECK_FALSE(has_long_line(text));
  CHECK(text.rfind("### 1\n") == text.size() - 6);
}

TEST_CASE("a result is printed as a table in lines of at most 80 characters", "[load]") {
  libsync::load_result result;
  result.clients = 100'000;
  result.submitters = 4;
  result.submitted = UINT64_MAX;
  result.accepted = 1'500'000'000'000;
  result.refused = 3;
  result.first_reason = std::string(200, 'x');
  result.seconds = 0.25;
  result.bytes_a_client = 123'456.0;
  result.version = UINT64_MAX;
  result.compared = 100'000;
  result.suspensions = 1;
  const auto text = text_of(result);
  CHECK_FALSE(has_long_line(text));
  CHECK(text.find("operations/s            6.00 T\n") != std::string::npos);
  CHECK(text.find("bytes/client             123 k\n") != std::string::npos);
  CHECK(text.find("time                    250 ms\n") != std::string::npos);
  CHECK(text.find("suspensions") != std::string::npos);
  CHECK(text.ends_with("all copies agree at version 18446744073709551615\n"));

  result.disagreement = "the copy of client 1 has other data than the server at version "
                        "18446744073709551615: is the reducer deterministic?";
  CHECK_FALSE(has_long_line(text_of(result)));
  CHECK(text_of(result).find("differs: the copy of client 1") != std::string::npos);

  result.disagreement.clear();
  result.compared = 0;
  CHECK(text_of(result).ends_with("no copies were compared, since others use the server too\n"));
}

TEST_CASE("a result of peers is printed", "[load]") {
  libsync::peers_result result;
  result.peers = 4;
  result.changed = 10;
  result.may_have_lost = true;
  const auto text = text_of(result);
  CHECK_FALSE(has_long_line(text));
  CHECK(text.find("merges/s") != std::string::npos);
  CHECK(text.ends_with("a merge may have lost something\nall peers are equal\n"));
}

TEST_CASE("printing leaves the format of a stream as it was", "[load]") {
  std::ostringstream text;
  text << std::hex << libsync::load_result{} << 255;
  CHECK(text.str().ends_with("ff"));
  CHECK(text.str().find("time") != std::string::npos);
}
