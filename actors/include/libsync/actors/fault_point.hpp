#pragma once

/// Where tests let servers die.

namespace libsync {

/// Where a test may let a server fail, as a bug would: before or after the sequencer is called.
enum class fault_point { before, after };

} // namespace libsync
