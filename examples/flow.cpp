// A server's snapshots as a flow of CAF 1.x: a display shows who leads when all have voted.

#include <iostream>
#include <map>
#include <string>

#include "libsync/caf.hpp"

namespace election {

struct vote {
  std::string whom;
};

struct poll {
  using operation = vote;
  std::map<std::string, int> votes;
  int cast = 0;
};

void reduce(poll& data, const vote& op) {
  ++data.votes[op.whom];
  ++data.cast;
}

class display : public caf::event_based_actor {
public:
  display(caf::actor_config& config, const libsync::server<poll>& server)
      : caf::event_based_actor(config), viewer_(this, server) {}

  caf::behavior make_behavior() override {
    libsync::snapshots(this, viewer_)
        .filter([](const libsync::snapshot<poll>& shown) { return shown.data->cast == 10; })
        .take(1)
        .for_each([this](const libsync::snapshot<poll>& last) {
          for (const auto& [whom, votes] : last.data->votes)
            std::cout << whom << " got " << votes << " votes\n";
          quit();
        });
    viewer_.join();
    return viewer_.behavior();
  }

private:
  libsync::embedded_client<poll, libsync::shared_view> viewer_;
};

} // namespace election

int main() {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, election::poll{});
  const auto display = runtime.system().spawn<election::display>(server);
  libsync::session voters{server};
  for (int i = 0; i < 10; ++i)
    voters.post(election::vote{i % 3 == 0 ? "green" : "yellow"});
  caf::scoped_actor self{runtime.system()};
  self->wait_for(display);
}
