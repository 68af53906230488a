#pragma once

/// State that outlives the process, in files of SQLite's.

#include "libsync/sqlite/journal.hpp"
