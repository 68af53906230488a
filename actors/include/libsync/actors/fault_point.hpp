#pragma once

/// The points at which tests let servers die.

namespace libsync {

/// A point at which a test may let a server fail, as a bug would: before or after a call of the
/// sequencer, or within one, where the sequencer sends something. The next server goes on after a
/// failure between two calls. After one within a call it begins a new epoch.
enum class fault_point { before, within, after };

} // namespace libsync
