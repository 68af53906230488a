#include "libsync/actors/load/memory.hpp"

#include <fstream>

#include <unistd.h>

namespace libsync {

std::optional<std::uint64_t> resident_bytes() {
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  if (!(std::ifstream{"/proc/self/statm"} >> total >> resident))
    return std::nullopt;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

} // namespace libsync
