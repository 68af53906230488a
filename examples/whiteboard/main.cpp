// Three people draw on one whiteboard, all at the same time. Each sees the cursors of the others,
// and takes back what they themselves drew, whatever the others have drawn since.
//
//     whiteboard              shows the board in the terminal
//     whiteboard FILE.svg     also writes it as a picture

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <future>
#include <iostream>
#include <numbers>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "libsync/actors.hpp"
#include "libsync/undo.hpp"
#include "whiteboard/board.hpp"
#include "whiteboard/picture.hpp"

namespace {

class person {
public:
  person(const libsync::server<board>& at, std::string name, std::string colour)
      : name_(std::move(name)), colour_(std::move(colour)),
        session_(at, {.undo = libsync::undo_limits{}}) {}

  // Draws a stroke, as one step that can be undone. The cursor follows the pen.
  void draw(std::string_view what, std::vector<point> through) {
    cursor_ = {name_, through.back()};
    session_.present(cursor_);
    session_.post(::draw{name_ + "'s " + std::string{what}, {colour_, std::move(through)}});
  }

  // Moves strokes, all in one step.
  void move(const std::vector<std::string_view>& what, point by) {
    const auto gesture = session_.one_step();
    for (const auto one : what)
      session_.post(::move{name_ + "'s " + std::string{one}, by});
  }

  libsync::receipt undo() { return session_.undo().get(); }
  libsync::receipt redo() { return session_.redo().get(); }
  void leave() { session_.close(); }

  // Waits until this person sees that version, and where these are by then. Shows what they see.
  void show(libsync::version version, const std::vector<const person*>& there,
            const char* file = nullptr) {
    if (const auto seen = session_.wait_for(version, std::chrono::seconds{60}); !seen)
      std::cout << seen.reason() << '\n';
    std::vector<cursor> cursors;
    for (const auto* one : there)
      cursors.push_back(one->cursor_);
    wait_to_see(cursors);
    const auto now = *session_.snapshot();
    std::cout << as_text(*now.data, cursors);
    if (file != nullptr && !(std::ofstream{file} << as_svg(*now.data, cursors)))
      std::cerr << "whiteboard: cannot write " << file << '\n';
  }

private:
  void wait_to_see(const std::vector<cursor>& all) const {
    std::promise<void> seen;
    const auto watching =
        session_.watch_presence([&, told = false](const libsync::presences<board>& now) mutable {
          const auto is_shown = [&](const cursor& one) {
            return std::ranges::any_of(now, [&](const auto& by) { return *by.value == one; });
          };
          if (!told && now.size() == all.size() && std::ranges::all_of(all, is_shown)) {
            told = true;
            seen.set_value();
          }
        });
    seen.get_future().wait();
  }

  std::string name_;
  std::string colour_;
  cursor cursor_;
  libsync::session<board, libsync::optimistic> session_;
};

std::vector<point> circle(point middle, double radius) {
  constexpr int corners = 24;
  std::vector<point> all;
  for (int i = 0; i <= corners; ++i) {
    const double angle = 2 * std::numbers::pi * i / corners;
    all.push_back({middle.x + static_cast<int>(std::lround(radius * std::cos(angle))),
                   middle.y + static_cast<int>(std::lround(radius * std::sin(angle)))});
  }
  return all;
}

} // namespace

int main(int argc, char** argv) {
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, board{});
  person ada{server, "Ada", "firebrick"};
  person ben{server, "Ben", "darkorange"};
  person cyd{server, "Cyd", "seagreen"};

  std::cout << "Ada builds a house, Ben lets the sun rise, and Cyd plants trees.\n";
  {
    const std::jthread first{[&] {
      ada.draw("walls", {{40, 26}, {40, 46}, {70, 46}, {70, 26}});
      ada.draw("roof", {{36, 26}, {55, 8}, {74, 26}, {36, 26}});
      ada.draw("door", {{58, 46}, {58, 34}, {65, 34}, {65, 46}});
    }};
    const std::jthread second{[&] {
      ben.draw("sun", circle({94, 12}, 9));
      ben.draw("cloud", {{8, 12}, {12, 7}, {17, 8}, {22, 4}, {28, 7}, {31, 12}, {8, 12}});
      ben.draw("rain", {{14, 16}, {10, 26}});
    }};
    const std::jthread third{[&] {
      cyd.draw("ground", {{0, 47}, {111, 47}});
      cyd.draw("trunk", {{92, 46}, {92, 36}});
      cyd.draw("crown", circle({92, 30}, 6));
    }};
  }
  ada.show(9, {&ada, &ben, &cyd});

  std::cout << "\nBen does not like the weather. Cyd moves her tree meanwhile.\n";
  cyd.move({"trunk", "crown"}, {-73, 0});
  for (const auto* what : {"rain", "cloud"})
    std::cout << "He takes back the " << what << ": "
              << (ben.undo().is_accepted() ? "accepted" : "refused") << '\n';
  ada.show(13, {&ada, &ben, &cyd});

  std::cout << "\nBen wants the cloud again, and Cyd the tree where it was. Then Cyd goes.\n";
  if (!ben.redo().is_accepted() || !cyd.undo().is_accepted())
    std::cout << "one of them may not\n";
  cyd.leave();
  ada.show(15, {&ada, &ben}, argc > 1 ? argv[1] : nullptr);
}
