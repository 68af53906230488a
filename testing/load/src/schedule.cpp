#include "libsync/actors/load/schedule.hpp"

#include <thread>

namespace libsync {

void schedule::wait_until(clock::time_point time) {
  constexpr std::chrono::microseconds late{150}; // by which a sleep may be
  if (time - clock::now() > late)
    std::this_thread::sleep_until(time - late);
  while (clock::now() < time)
    std::this_thread::yield();
}

} // namespace libsync
