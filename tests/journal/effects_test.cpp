#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "journal/place.hpp"
#include "support/catch.hpp"

using books::data;
using books::pay;

TEST_CASE("an effect is run once in a life, whenever a server dies before that is written") {
  std::size_t runs = 0;
  for (std::size_t steps = 0; steps < 60; ++steps) {
    INFO("the server dies after " << steps << " steps");
    books::place here{{}, steps + 1};
    std::size_t life = 1;
    std::map<std::size_t, int> run; // how often in each life
    libsync::server_options<data> options;
    options.journal = books::memory_journal{here.disk};
    options.on_effect = [&](const libsync::effect_token&, const std::string&) {
      ++run[life];
      return libsync::effect_state::started;
    };
    auto supervisor = libsync::spawn_supervisor(
        here.at, data{}, options, {.on_death = [&](const libsync::server_death&) { ++life; }});
    {
      libsync::session<data> one{supervisor};
      CHECK(books::submit(one, pay{"rent", 1}).is_accepted());
      const auto server = *supervisor.server();
      auto told = one.submit(books::end{"rent"});
      here.at.steps(steps);
      here.at.kill(server);
      here.at.run();
      CHECK(told.get().is_accepted());
      here.at.run();
    }
    CHECK(life == 2);
    CHECK(run[2] == 1); // since it is not reported done
    CHECK(run[1] <= 1);
    runs += static_cast<std::size_t>(run[1]);
    supervisor.stop();
    supervisor = nullptr;
    here.at.run();
  }
  CHECK(runs > 0); // some died later
}
