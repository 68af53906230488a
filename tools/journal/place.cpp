#include "place.hpp"

namespace libsync::journal_tool {

std::unique_ptr<place> find_place(const std::string& words) {
  return words.starts_with("redis://") ? find_in_redis(words) : find_file(words);
}

} // namespace libsync::journal_tool
