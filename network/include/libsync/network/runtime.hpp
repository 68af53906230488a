#pragma once

/// The runtime of programs that share state with other processes.

#include "libsync/actors/runtime.hpp"

namespace libsync::network {

/// A `libsync::runtime` with CAF's module for networks. A program that makes its own actor system
/// loads `caf::io::middleman` itself.
class runtime : public libsync::runtime {
public:
  runtime();
};

} // namespace libsync::network
