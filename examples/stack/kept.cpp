#include "kept.hpp"

#include <nlohmann/json.hpp>

#include "libsync/journal.hpp"
#include "libsync/sqlite.hpp"

namespace stack_example {

// Operations without members are written as the empty object.
inline void to_json(nlohmann::json& to, const pop&) {
  to = nlohmann::json::object();
}
inline void from_json(const nlohmann::json&, pop&) {}
inline void to_json(nlohmann::json& to, const reverse&) {
  to = nlohmann::json::object();
}
inline void from_json(const nlohmann::json&, reverse&) {}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(push, item)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(take_back, item)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(stack, items, newest_last)

libsync::server_options<stack> kept_in(const std::string& file) {
  return {.journal = libsync::sqlite_journal{file}};
}

} // namespace stack_example
