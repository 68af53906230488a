#pragma once

/// The memory of this process.

#include <cstdint>
#include <optional>

namespace libsync {

/// Returns the bytes of memory that this process holds now, as the system counts them (in pages),
/// or nothing where the system does not tell.
[[nodiscard]] std::optional<std::uint64_t> resident_bytes();

} // namespace libsync
