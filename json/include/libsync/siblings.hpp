#pragma once

/// Stateboxes in a store, whose siblings stay side by side until somebody merges them.

#include "libsync/json/data.hpp"
#include "libsync/json/memory_siblings.hpp"
#include "libsync/json/sibling_rows.hpp"
#include "libsync/json/sibling_store.hpp"
#include "libsync/json/statebox.hpp"
#include "libsync/statebox.hpp"
