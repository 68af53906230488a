#pragma once

/// Servers that keep what they decide, in a journal: include this beside the header of a place that
/// keeps one, such as libsync/sqlite.hpp.

#include "libsync/actors/journal.hpp"
