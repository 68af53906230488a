// Two people draw on one board, and one of them undoes. See what the other did stay, an undo wait
// for the server, a gesture go as one, and an undo be refused that would take away another's work.

#include <iostream>
#include <map>
#include <optional>
#include <string>

#include "libsync/actors.hpp"
#include "libsync/actors_testing.hpp"
#include "libsync/undo.hpp"

/// Paints a square, or wipes it, where a certain color is now.
struct paint {
  int square = 0;
  std::string color; // empty: none
  std::string before;
};

struct drawing {
  using operation = paint;
  std::map<int, std::string> colors;
};

std::string color_of(const drawing& self, int square) {
  const auto found = self.colors.find(square);
  return found == self.colors.end() ? "" : found->second;
}

libsync::outcome reduce(drawing& self, const paint& op) {
  if (const auto now = color_of(self, op.square); now != op.before)
    return libsync::refused("square " + std::to_string(op.square) + " is " + now + " by now");
  if (op.color.empty())
    self.colors.erase(op.square);
  else
    self.colors[op.square] = op.color;
  return libsync::accepted();
}

paint inverse(const drawing&, const paint& op) {
  return {op.square, op.before, op.color};
}

using her_session = libsync::session<drawing, libsync::optimistic>;

void print(const her_session& ann) {
  std::cout << "Ann sees:";
  for (const auto& [square, color] : (*ann.snapshot()).data->colors)
    std::cout << ' ' << square << ' ' << color;
  std::cout << '\n';
}

int main() {
  libsync::testing::runtime runtime; // runs actors only when it is told to
  auto server = libsync::spawn_server(runtime, drawing{});
  her_session ann{server, {.undo = libsync::undo_limits{.steps = 100}}};
  libsync::session ben{server};
  print(ann);

  std::cout << "\nAnn paints two squares, and Ben another; Ann undoes\n";
  ann.post({1, "red", ""});
  ann.post({2, "red", ""});
  ben.post({3, "blue", ""});
  auto first = ann.undo();
  runtime.run();
  std::cout << "her undo was " << first.get() << '\n';
  print(ann);

  std::cout << "\nshe does it again\n";
  std::cout << "her redo was " << ann.redo().get() << '\n';
  print(ann);

  std::cout
      << "\nshe paints two squares in one gesture, and undoes before the server knows of it\n";
  {
    const auto gesture = ann.one_step();
    ann.post({4, "green", ""});
    ann.post({5, "green", ""});
  }
  auto undone = ann.undo();
  print(ann);
  std::cout << "her undo was " << undone.get() << '\n';
  print(ann);

  std::cout << "\nBen paints over her second square, and Ann undoes all that she can\n";
  ben.post({2, "blue", "red"});
  runtime.run();
  while (ann.can_undo())
    std::cout << "her undo was " << ann.undo().get() << '\n';
  print(ann);
  std::cout << "one more was " << ann.undo().get() << '\n';
}
