#pragma once

/// What a user writes so that notes have JSON.

#include "libsync/json/statebox.hpp"
#include "support/notes.hpp"

namespace notes {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(write, line)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(tag, what)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(page, lines, tags, weight)

inline void to_json(nlohmann::json& to, const clear&) {
  to = "clear";
}

inline void from_json(const nlohmann::json& from, clear&) {
  if (from != "clear")
    throw libsync::json_error{"expected `clear`"};
}

} // namespace notes
