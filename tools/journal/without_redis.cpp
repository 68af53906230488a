// In place of redis_place.cpp, where the component redis is not built.

#include "place.hpp"

namespace libsync::journal_tool {

std::unique_ptr<place> find_in_redis(const std::string& address) {
  throw std::runtime_error{address + ": this program was built without Redis, for which libsync "
                                     "needs hiredis"};
}

} // namespace libsync::journal_tool
