#pragma once

/// The points at which tests let servers die.

namespace libsync {

/// A point at which a test may let a server fail, as a bug would: before or after a call of the
/// sequencer.
enum class fault_point { before, after };

} // namespace libsync
