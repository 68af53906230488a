// A program whose session outlives its runtime: the runtime must say so, and end once the session
// has ended.

#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include <unistd.h>

#include "libsync/actors.hpp"

namespace {

struct add {
  int amount;
};

struct counter {
  using operation = add;
  int value = 0;
};

void reduce(counter& data, const add& op) {
  data.value += op.amount;
}

// What is written to stderr, up to a full sentence.
std::string heard_from(int pipe) {
  std::string text;
  for (char next = 0; next != '\n' && read(pipe, &next, 1) == 1;)
    text += next;
  return text;
}

} // namespace

int main() {
  int ends[2];
  if (pipe(ends) != 0 || dup2(ends[1], STDERR_FILENO) < 0)
    return 1;
  auto runtime = std::make_unique<libsync::runtime>();
  auto session = std::make_unique<libsync::session<counter>>(
      libsync::spawn_server(*runtime, counter{}));
  std::jthread ending{[&] { runtime.reset(); }};
  std::cout << heard_from(ends[0]);
  session.reset();
  ending.join();
  std::cout << "ended\n";
}
