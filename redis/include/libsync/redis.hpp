#pragma once

/// What outlives the process, in a Redis.

#include "libsync/redis/journal.hpp"
#include "libsync/redis/siblings.hpp"
#include "libsync/siblings.hpp"
#include "libsync/storage_error.hpp"
