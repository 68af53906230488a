#pragma once

/// Dynamic values and operations as the recorded cases of stateboxes spell them.

#include <cstdint>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "libsync/statebox/composite.hpp"
#include "libsync/statebox/counter.hpp"
#include "libsync/statebox/dynamic.hpp"

namespace replay {

using nlohmann::json;
using operations = libsync::composite<libsync::dynamic_operation>;

/// Each throws std::exception where the text is none of its kind.
libsync::dynamic value_of(const json& from);
libsync::dynamic::pairs pairs_of(const json& from);
libsync::counter counter_of(const json& from);
operations operations_of(const json& from);

json json_of(const libsync::dynamic& value);
json json_of(const libsync::counter& value);
json json_of(const operations& what);

} // namespace replay
