// What a measurement shows while it runs, where stderr is a terminal and where it is not.

#include <array>
#include <cstdlib>
#include <iostream>
#include <regex>
#include <stdexcept>
#include <string>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "libsync/actors/load/measure_load.hpp"
#include "libsync/actors/load/measure_peers.hpp"
#include "load/sums.hpp"
#include "support/catch.hpp"

namespace {

class descriptor {
public:
  explicit descriptor(int number) : number_(number) {
    if (number < 0)
      throw std::runtime_error("the system gives no descriptor");
  }
  ~descriptor() { close(); }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;

  void close() {
    if (const auto number = std::exchange(number_, -1); number >= 0)
      ::close(number);
  }
  [[nodiscard]] int number() const noexcept { return number_; }

private:
  int number_;
};

// Returns all that is written until nobody can write any more. A terminal says that by an error.
std::string read_all(const descriptor& from) {
  std::string all;
  std::array<char, 1024> some{};
  for (ssize_t count = 0; (count = ::read(from.number(), some.data(), some.size())) > 0;)
    all.append(some.data(), static_cast<std::size_t>(count));
  return all;
}

// Returns what `call` writes to stderr, which is `to` meanwhile.
template <class Call>
std::string written_by(Call call, const descriptor& from, descriptor& to) {
  std::cerr.flush();
  const descriptor before{::dup(STDERR_FILENO)};
  ::dup2(to.number(), STDERR_FILENO);
  to.close();
  call();
  std::cerr.flush();
  ::dup2(before.number(), STDERR_FILENO);
  return read_all(from);
}

template <class Call>
std::string written_on_a_terminal(Call call) {
  const descriptor from{::posix_openpt(O_RDWR | O_NOCTTY)};
  REQUIRE(::grantpt(from.number()) == 0);
  REQUIRE(::unlockpt(from.number()) == 0);
  descriptor to{::open(::ptsname(from.number()), O_RDWR | O_NOCTTY)};
  return written_by(call, from, to);
}

template <class Call>
std::string written_into_a_pipe(Call call) {
  std::array<int, 2> both{};
  REQUIRE(::pipe(both.data()) == 0);
  const descriptor from{both[0]};
  descriptor to{both[1]};
  return written_by(call, from, to);
}

void measure_a_load(bool progress) {
  CHECK(libsync::measure_load(sum{}, counts_up(), {.operations = 100, .progress = progress}));
}

void measure_some_peers(bool progress) {
  CHECK(libsync::measure_peers(sum{}, counts_up(), {.operations = 100, .progress = progress}));
}

} // namespace

TEST_CASE("a measurement shows on a terminal how far it is, and leaves nothing there", "[load]") {
  const std::regex versions{"(\r\x1b\\[Kversion [0-9]+)+\r\x1b\\[K"};
  const auto of_load = written_on_a_terminal([] { measure_a_load(true); });
  INFO(of_load);
  CHECK(std::regex_match(of_load, versions));
  const std::regex changes{"(\r\x1b\\[K[0-9]+ changes and merges)+\r\x1b\\[K"};
  const auto of_peers = written_on_a_terminal([] { measure_some_peers(true); });
  INFO(of_peers);
  CHECK(std::regex_match(of_peers, changes));
}

TEST_CASE("a measurement shows nothing where that is not wanted, or is no terminal", "[load]") {
  CHECK(written_on_a_terminal([] { measure_a_load(false); }).empty());
  CHECK(written_on_a_terminal([] { measure_some_peers(false); }).empty());
  CHECK(written_into_a_pipe([] { measure_a_load(true); }).empty());
  CHECK(written_into_a_pipe([] { measure_some_peers(true); }).empty());
}
