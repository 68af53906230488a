// Sessions only, no actor in sight: four threads fill a tally, several of them through one session.

#include <iostream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "libsync/actors.hpp"

namespace poll {

struct vote {
  std::string choice;
};

struct tally {
  using operation = vote;
  std::map<std::string, int> votes;
};

void reduce(tally& data, const vote& op) {
  ++data.votes[op.choice];
}

} // namespace poll

int main() {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, poll::tally{});
  libsync::session north{server}, south{server};
  {
    std::vector<std::jthread> voters;
    for (auto* booth : {&north, &north, &south, &south})
      voters.emplace_back([booth] {
        for (int i = 0; i < 1000; ++i)
          booth->post(poll::vote{i % 4 == 0 ? "tea" : "coffee"});
      });
  }
  for (auto* booth : {&north, &south}) {
    if (const auto reached = booth->wait_for(4000, std::chrono::seconds(10)); !reached) {
      std::cout << "gave up: " << reached.reason() << '\n';
      return 1;
    }
    const auto copy = booth->snapshot();
    std::cout << (booth == &north ? "north:" : "south:");
    for (const auto& [choice, count] : copy->data->votes)
      std::cout << ' ' << choice << ' ' << count;
    std::cout << '\n';
  }
}
