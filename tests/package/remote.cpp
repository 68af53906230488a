#include <iostream>
#include <string>

#include <libsync/redis.hpp>

// Says why it finds no Redis at the port that it is told.
int main(int, char** told) {
  try {
    const libsync::redis_siblings names{"names", {.port = std::stoi(told[1])}};
  } catch (const libsync::storage_error& error) {
    std::cout << error.what() << '\n';
  }
}
