// A game with a loop of 60 frames a second. Two players collect coins; each has a session. The loop
// asks nobody and waits for nobody: it polls a queue, in which its watchers are called, and draws.
//
//     game          as fast as it goes, and shows the last frame
//     game live     60 frames a second in the terminal

#include <array>
#include <chrono>
#include <cstddef>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>

#include "libsync/actors.hpp"

namespace arena {

struct place {
  int x = 0;
  int y = 0;
  friend bool operator==(const place&, const place&) = default;
};

struct step {
  std::size_t player;
  int dx;
  int dy;
};

struct board {
  std::array<std::string, 5> rows{"####################", //
                                  "#..o....#...o......#", //
                                  "#.o.....#.......o..#", //
                                  "#......o....o......#", //
                                  "####################"};
  int coins = 6;
  friend bool operator==(const board&, const board&) = default;
};

struct figure {
  place where;
  int coins = 0;
  friend bool operator==(const figure&, const figure&) = default;
};

struct world {
  using operation = step;
  board field;
  std::array<figure, 2> players{{{{1, 1}}, {{18, 3}}}};
  friend bool operator==(const world&, const world&) = default;
};

libsync::outcome reduce(world& data, const step& op) {
  auto& player = data.players[op.player];
  const place next{player.where.x + op.dx, player.where.y + op.dy};
  char& found = data.field.rows[static_cast<std::size_t>(next.y)][static_cast<std::size_t>(next.x)];
  if (found == '#')
    return libsync::refused("there is a wall");
  if (next == data.players[1 - op.player].where)
    return libsync::refused("there is the other player");
  player.where = next;
  if (found == 'o') {
    found = '.';
    ++player.coins;
    --data.field.coins;
  }
  return libsync::accepted();
}

void draw(const world& now) {
  auto screen = now.field.rows;
  for (const std::size_t i : {0U, 1U})
    screen[static_cast<std::size_t>(now.players[i].where.y)]
          [static_cast<std::size_t>(now.players[i].where.x)] = "AB"[i];
  for (const auto& row : screen)
    std::cout << row << '\n';
}

// What a player does, a letter for each sixth frame; a dot is a pause.
constexpr std::array<std::string_view, 2> keys{"rrdldrrrrr..r", "lllllluurdrrr"};

step pressed(std::size_t player, char key) {
  return {player, (key == 'r' ? 1 : 0) - (key == 'l' ? 1 : 0),
          (key == 'd' ? 1 : 0) - (key == 'u' ? 1 : 0)};
}

} // namespace arena

int main(int argc, char** argv) {
  using namespace arena;
  const bool live = argc > 1 && std::string_view{argv[1]} == "live";
  constexpr auto frame_time = std::chrono::nanoseconds{std::chrono::seconds{1}} / 60;
  constexpr std::size_t frames_a_key = 6;

  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, world{});
  std::array<libsync::session<world>, 2> sessions{libsync::session{server},
                                                  libsync::session{server}};

  libsync::poll_queue queue;
  world shown;
  const auto screen = sessions[0].watch([](const world& now) -> const world& { return now; },
                                        [&](const world& now) { shown = now; },
                                        libsync::latest_only{}, {.where = queue});
  std::string coins;
  const auto counted = sessions[0].watch(
      libsync::path(&world::field, &board::coins),
      [&](const libsync::watched<int>& left) { coins += ' ' + std::to_string(left.value); },
      libsync::every_version{}, {.where = queue});

  auto next_frame = std::chrono::steady_clock::now();
  for (std::size_t frame = 0; frame < keys[0].size() * frames_a_key; ++frame) {
    if (frame % frames_a_key == 0)
      for (const std::size_t i : {0U, 1U})
        if (const char key = keys[i][frame / frames_a_key]; key != '.')
          sessions[i].post(pressed(i, key));
    queue.poll(); // what has changed since the last frame, and no more
    if (live) {
      std::cout << "\x1b[H\x1b[J";
      draw(shown);
      std::this_thread::sleep_until(next_frame += frame_time);
    }
  }

  // The game is over when each key has its receipt. What a receipt names can be polled by then.
  sessions[1].close();
  const auto last = sessions[0].submit(pressed(0, 'u')).get();
  queue.poll();
  if (!live)
    draw(shown);
  std::cout << "coins left:" << coins << '\n'
            << "A has " << shown.players[0].coins << ", B has " << shown.players[1].coins << '\n'
            << "A's last step was " << last << '\n';
}
