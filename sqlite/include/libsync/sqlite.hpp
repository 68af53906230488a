#pragma once

/// What outlives the process, in files of SQLite's.

#include "libsync/siblings.hpp"
#include "libsync/sqlite/journal.hpp"
#include "libsync/sqlite/siblings.hpp"
#include "libsync/storage_error.hpp"
