#include <iostream>

#include <libsync/sqlite.hpp>

// Keeps names in the file that it is told.
int main(int, char** told) {
  using names = libsync::set<int>;
  auto store = libsync::open_siblings<names>(libsync::sqlite_siblings{told[1]});
  for (const int one : {2, 1})
    if (!store.update("all", names::add{one}))
      return 1;
  const auto all = store.read("all");
  for (const int one : all->value())
    std::cout << one << (one == 1 ? ' ' : '\n');
}
