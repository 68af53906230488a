// error: libsync: these data have no inverse, so simulated clients cannot undo: declare
#include "libsync/testing/simulate.hpp"
struct data {
  using operation = int;
  int value = 0;
};
void reduce(data&, int);
std::uint64_t digest(const data&);
int make(const data&, libsync::testing::random&);
bool is_sound(const data&);
const auto told = libsync::testing::simulate<data>({.undo = true}, make, is_sound);
