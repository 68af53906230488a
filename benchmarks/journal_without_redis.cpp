// In place of journal_redis.cpp, where there is no Redis.

#include <iostream>

#include "journal_kept.hpp"

namespace kept {

void add_redis(std::uint64_t /*single*/, std::uint64_t /*operations*/, const add_subject& /*add*/) {
  std::cout
      << "Redis is not measured, since the component redis is not built, or no redis-server is "
         "found.\n";
}

} // namespace kept
