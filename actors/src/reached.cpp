#include "libsync/actors/reached.hpp"

#include <string>

namespace libsync {

result<version> version_reached::now() const {
  if (!by_)
    return result<version>::failed("the session was moved from");
  auto& gate = by_->gate();
  const auto latest = gate.latest();
  if (latest >= target_)
    return latest;
  const auto why = gate.has_ended() ? by_->reason() : "it is not reached yet"_reason;
  return result<version>::failed(why + " at version " + std::to_string(latest) +
                                 ", before version " + std::to_string(target_));
}

} // namespace libsync
