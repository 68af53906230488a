// Shopping carts in a file. A phone and a laptop, two processes, fill one cart at the same time. A
// tablet in a tunnel fills its own copy, which stands beside the cart until somebody merges it.

#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "libsync/sqlite.hpp"

namespace {

// How many there are of each thing. Both may add to one number at once.
using cart = libsync::dictionary<std::string, libsync::counter>;
using store = libsync::sibling_store<cart, libsync::sqlite_siblings>;

// Each increment has a name of its own, so that it counts once.
cart::update put(const std::string& thing, std::int64_t name, std::int64_t count = 1) {
  const auto now = libsync::process_clock().now();
  return {thing, libsync::counter::increment{libsync::stamp::none, now, name, count}};
}

// -- two processes --------------------------------------------------------------------------------

void fill(const std::string& file, const std::vector<std::string>& things, int first_name) {
  store carts{libsync::sqlite_siblings{file}};
  for (int i = 0; i < 10; ++i)
    for (const auto& thing : things)
      if (const auto done = carts.update("ann", put(thing, first_name++)); !done)
        throw std::runtime_error(done.reason());
}

// Runs `fill` in a process of its own.
pid_t start(const std::string& file, const std::vector<std::string>& things, int first_name) {
  const auto process = fork();
  if (process != 0)
    return process;
  try {
    fill(file, things, first_name);
    _exit(0);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    _exit(1);
  }
}

void wait_for(pid_t process) {
  int status = 0;
  if (waitpid(process, &status, 0) != process || status != 0)
    throw std::runtime_error("a process has not filled its cart");
}

// -- what there is --------------------------------------------------------------------------------

void print(const std::string& when, const libsync::result<store::box>& box) {
  std::cout << when << ": ";
  if (!box)
    throw std::runtime_error(box.reason());
  const char* between = "";
  for (const auto& [thing, count] : box->value()) {
    std::cout << between << count.value() << ' ' << thing;
    between = ", ";
  }
  std::cout << '\n';
}

void run(const std::string& file) {
  const auto phone = start(file, {"apples", "rolls"}, 0);
  const auto laptop = start(file, {"apples", "tea"}, 1'000);
  wait_for(phone);
  wait_for(laptop);
  store carts{libsync::sqlite_siblings{file}};
  print("the phone and the laptop have put into the cart", carts.read("ann"));

  // The tablet takes a copy along.
  auto tablet = libsync::open_siblings<cart>(libsync::memory_siblings{});
  if (!tablet.put_beside("ann", *carts.read("ann")))
    throw std::runtime_error("the tablet takes no copy");
  print("the tablet in the tunnel", tablet.update("ann", put("lemons", 2'000, 3)));
  print("the phone at home", carts.update("ann", put("apples", 3'000, -5)));
  if (!carts.put_beside("ann", *tablet.read("ann")))
    throw std::runtime_error("the file takes no sibling");
  std::cout << "the tablet is back: " << carts.siblings("ann").size() << " siblings\n";
  print("whoever comes next merges them", carts.update("ann", put("rolls", 3'001)));
  std::cout << "and then there is: " << carts.siblings("ann").size() << " sibling\n";
}

} // namespace

int main() {
  auto folder = (std::filesystem::temp_directory_path() / "carts.").string() + std::string(6, 'X');
  if (mkdtemp(folder.data()) == nullptr)
    return 1;
  int result = 0;
  try {
    run(folder + "/carts.db");
  } catch (const std::exception& error) { // a storage_error names the file, the key and the sibling
    std::cerr << error.what() << '\n';
    result = 1;
  }
  std::filesystem::remove_all(folder);
  return result;
}
