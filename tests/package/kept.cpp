#include <iostream>

#include <libsync/sqlite.hpp>

// Keeps names in the file that it is told.
int main(int, char** told) {
  using names = libsync::set<int>;
  auto store = libsync::open_siblings<names>(libsync::sqlite_siblings{told[1]});
  for (const int one : {2, 1})
    if (!store.update("all", names::add{one}))
      return 1;
  for (const int one : store.read("all")->value())
    std::cout << one << (one == 1 ? ' ' : '\n');
}
