// error: to compare copies of these data, a measurement needs a function `std::uint64_t
#include "libsync/actors/load.hpp"
struct data {
  using operation = int;
};
void reduce(data&, int) {}
auto make = [](const data&, libsync::testing::random&) { return 1; };
auto result = libsync::measure_load(data{}, make, {.operations = 1});
