#include "libsync/actors/messages.hpp"

#include "on_caf/caf.hpp"

namespace libsync::detail::compat {

bool register_messages() {
  static const bool once = (register_types(), true);
  return once;
}

} // namespace libsync::detail::compat
