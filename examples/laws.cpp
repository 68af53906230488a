// How to check the laws of a reducer of your own: a shelf from which three books are lent at most,
// and what is told of a reducer that changes the data before it looks.

#include <iostream>
#include <ostream>
#include <set>

#include "libsync/testing.hpp"

struct lend {
  int book = 0;
  bool back = false;

  friend std::ostream& operator<<(std::ostream& out, const lend& self) {
    return out << "lend{" << self.book << (self.back ? ", true}" : "}");
  }
};

struct shelf {
  using operation = lend;
  std::set<int> lent;
  friend bool operator==(const shelf&, const shelf&) = default;
};

bool reduce(shelf& self, const lend& op) {
  if (op.back)
    return self.lent.erase(op.book) == 1;
  return self.lent.size() < 3 && self.lent.insert(op.book).second;
}

lend inverse(const shelf&, const lend& op) {
  return {op.book, !op.back};
}

lend make_lend(const shelf& seen, libsync::testing::random& choices) {
  if (!seen.lent.empty() && choices.chance(30))
    return {*seen.lent.begin(), true};
  return {static_cast<int>(choices.between(1, 9))};
}

struct careless_shelf : shelf {
  friend bool operator==(const careless_shelf&, const careless_shelf&) = default;
};

bool reduce(careless_shelf& self, const lend& op) {
  if (op.back)
    return self.lent.erase(op.book) == 1;
  return self.lent.insert(op.book).second && self.lent.size() <= 3;
}

int main() {
  using libsync::testing::check_reducer;
  const auto report = check_reducer<shelf>({.seeds = 200}, make_lend);
  report.check(); // throws what it found
  std::cout << report << "; undone: " << report.totals.undone
            << "; in transactions: " << report.totals.transactions << '\n';
  std::cout << check_reducer<careless_shelf>(make_lend);
}
