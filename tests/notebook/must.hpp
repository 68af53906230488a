#pragma once

#include "notebook/model/notebook.hpp"
#include "support/catch.hpp"

#include "libsync/reducer.hpp"

/// Applies an operation that is not refused.
inline void must(notebook_example::notebook& data, const notebook_example::operation& op) {
  const auto done = libsync::reducer<notebook_example::notebook>::step(data, op);
  INFO(done.reason());
  REQUIRE(done.accepted());
}
