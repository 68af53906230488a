#include "libsync/actors/detail/waiting.hpp"

#include <string>

namespace libsync::detail {

reason why_not_wait(const char* instead) noexcept {
  const char* where = no_waiting::here();
  if (where == nullptr)
    return {};
  try {
    return std::string{"this thread must not wait, since it runs "} + where + ": " + instead;
  } catch (...) { // there is no memory for a longer sentence
    return "this thread must not wait"_reason;
  }
}

} // namespace libsync::detail
