#include "libsync/actors/detail/spin_lock.hpp"

#include <thread>

namespace libsync::detail {

void spin_lock::wait() noexcept {
  back_off patience;
  do {
    const auto next = patience.next();
    if (next == back_off::step::yield)
      std::this_thread::yield();
    else if (next == back_off::step::sleep)
      std::this_thread::sleep_for(patience.sleep());
  } while (!try_lock());
}

} // namespace libsync::detail
