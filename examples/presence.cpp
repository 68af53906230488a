// Three people at one whiteboard, who see where the others point. Strokes are operations: the
// server puts them in one order, and everybody has them all. A cursor is a presence: only its
// newest place counts, it is in no log, and it is gone when its owner is gone.

#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "libsync/actors.hpp"

namespace whiteboard {

struct place {
  int x = 0;
  int y = 0;
};

struct stroke {
  place from;
  place to;
};

struct board {
  using operation = stroke;
  using presence = place;       // what clients show each other
  using identity = std::string; // whom they are known by
  std::vector<stroke> strokes;
};

void reduce(board& data, const stroke& op) {
  data.strokes.push_back(op);
}

// The cursors of the others, by name.
struct screen {
  std::map<std::string, place> cursors;

  void draw(const libsync::presences<board>& all) {
    cursors.clear();
    for (const auto& one : all)
      if (!all.is_own(one))
        cursors.emplace(*one.identity, *one.value);
  }

  [[nodiscard]] bool shows(const std::string& name, int x) const {
    const auto found = cursors.find(name);
    return found != cursors.end() && found->second.x == x;
  }

  void print() const {
    for (const auto& [name, where] : cursors)
      std::cout << "  " << name << " points at " << where.x << ", " << where.y << '\n';
    if (cursors.empty())
      std::cout << "  nobody\n";
  }
};

// A program with a loop of its own polls in each turn. This one has nothing else to do.
template <class Condition>
void poll_until(libsync::poll_queue& queue, Condition is_met) {
  while (!is_met())
    if (queue.poll() == 0)
      std::this_thread::yield();
}

} // namespace whiteboard

int main() {
  using namespace whiteboard;

  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, board{});
  libsync::session<board> ada{server, {.identity = "Ada"}};
  libsync::session<board> ben{server, {.identity = "Ben"}};
  std::optional<libsync::session<board>> cy;
  cy.emplace(server, libsync::client_options<board>{.identity = "Cy"});

  libsync::poll_queue queue;
  screen shown;
  const auto watching = ada.watch_presence(
      [&](const libsync::presences<board>& all) { shown.draw(all); }, {.where = queue});

  ada.present({5, 5});
  ben.present({10, 20});
  cy->present({30, 40});
  poll_until(queue, [&] { return shown.shows("Ben", 10) && shown.shows("Cy", 30); });
  std::cout << "Ada sees\n";
  shown.print();

  for (int x = 0; x <= 1000; ++x)
    ben.present({x, x / 2}); // waits for nobody, and most of these are never sent
  cy.reset();
  poll_until(queue, [&] { return shown.shows("Ben", 1000) && !shown.cursors.contains("Cy"); });
  std::cout << "Ben has moved and Cy has gone: Ada sees\n";
  shown.print();

  ben.withdraw();
  poll_until(queue, [&] { return shown.cursors.empty(); });
  std::cout << "Ben shows nothing any more: Ada sees\n";
  shown.print();
  std::cout << "Ada herself is shown to the others at " << ada.presence().own()->value->x << ", "
            << ada.presence().own()->value->y << '\n';
}
