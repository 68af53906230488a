// Replaying recorded cases of other programs (tests/vectors): whatever the lines are, each case is
// counted once, each that fails says why, and all is the same when it is replayed again.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>

#include "fuzz/expect.hpp"
#include "replay/delta.hpp"
#include "replay/notebook.hpp"
#include "replay/statebox.hpp"

namespace {

std::size_t lines_of(const std::string& all) {
  const auto ends = std::count(all.begin(), all.end(), '\n');
  return static_cast<std::size_t>(ends) + (all.empty() || all.ends_with('\n') ? 0 : 1);
}

replayed check(replayed (*replay)(std::istream&), const std::string& all) {
  std::istringstream once{all};
  auto found = replay(once);
  expect(found.failures.size() >= found.failed, "each case that fails says why");
  for (const auto& one : found.failures)
    expect(one.find("line ") != one.npos && !one.ends_with(": "), "a failure says where, and why");
  std::istringstream twice{all};
  const auto again = replay(twice);
  expect(again.passed == found.passed && again.failed == found.failed &&
             again.failures == found.failures,
         "a case that is replayed again gives the same");
  return found;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string all{reinterpret_cast<const char*>(data), size};
  for (auto* replay : {replay_delta, replay_notebook}) {
    const auto found = check(replay, all);
    expect(found.passed + found.failed == lines_of(all), "each case is counted once");
  }
  check(replay_statebox, all);
  return 0;
}
