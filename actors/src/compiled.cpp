#include "libsync/actors/detail/compiled.hpp"

LIBSYNC_COMPILED()
