// A shopping list that shows at once what one types, while the server is slow. See what others did
// come between, and what one meant be applied anew on that.

#include <algorithm>
#include <iostream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libsync/actors.hpp"
#include "libsync/actors_testing.hpp"

struct add {
  std::string what;
};

struct take {
  std::string what;
};

struct shopping {
  using operation = std::variant<add, take>;
  std::vector<std::string> items;
};

bool reduce(shopping& self, const add& op) {
  self.items.push_back(op.what);
  return true;
}

libsync::outcome reduce(shopping& self, const take& op) {
  const auto found = std::find(self.items.begin(), self.items.end(), op.what);
  if (found == self.items.end())
    return libsync::refused(op.what + " is not on the list");
  self.items.erase(found);
  return libsync::accepted();
}

using her_session = libsync::session<shopping, libsync::optimistic>;

void print(std::string_view who, const libsync::snapshot<shopping>& list) {
  std::cout << who;
  for (const auto& item : list.data->items)
    std::cout << ' ' << item;
  std::cout << '\n';
}

void print_screen(const her_session& ann) {
  print("Ann sees:", *ann.snapshot());
  for (const auto& one : ann.pending()) {
    std::cout << "  submission " << one.number << " is " << one.standing;
    if (!one.reason.empty())
      std::cout << ": " << one.reason;
    std::cout << '\n';
  }
}

int main() {
  libsync::testing::runtime runtime; // runs actors only when it is told to
  auto server = libsync::spawn_server(runtime, shopping{{"milk", "eggs"}});
  libsync::testing::proxy<shopping> connection{server};
  her_session ann{connection.address()};
  libsync::session ben{server};
  print_screen(ann);

  std::cout << "\nthe way to the server is slow; Ann goes on\n";
  connection.hold(libsync::testing::direction::to_server);
  ann.post(add{"bread"});
  auto milk = ann.submit(take{"milk"});
  ann.post(add{"jam"});
  print_screen(ann);
  print("confirmed:", *ann.confirmed());

  std::cout << "\nmeanwhile Ben takes the milk, and adds tea\n";
  ben.post(take{"milk"});
  ben.post(add{"tea"});
  runtime.run();
  print_screen(ann);

  std::cout << "\nthe server hears of what Ann did\n";
  connection.release(libsync::testing::direction::to_server);
  runtime.run();
  print_screen(ann);
  std::cout << "her taking the milk was " << milk.get() << '\n';
  print("Ben sees:", *ben.snapshot());
}
