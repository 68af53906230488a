#pragma once

/// State that several processes share: one publishes a server, others connect to it.

#include "libsync/network/connect.hpp"
#include "libsync/network/options.hpp"
#include "libsync/network/publish.hpp"
#include "libsync/network/runtime.hpp"
