#include "errors.hpp"

namespace libsync::detail::redis {

namespace {

struct meaning {
  std::string_view code;
  storage_failure kind;
  const char* words;
};

constexpr meaning meanings[] = {
    {"OOM", storage_failure::full, "there is no room for more"},
    {"MISCONF", storage_failure::full, "its disk takes no more"},
    {"READONLY", storage_failure::read_only, "it is a replica, which may not be written"},
    {"NOPERM", storage_failure::read_only, "this user may not do that"},
    {"NOAUTH", storage_failure::read_only, "it asks for a password"},
    {"WRONGPASS", storage_failure::read_only, "user or password are wrong"},
    {"WRONGTYPE", storage_failure::foreign, "a key there is of another kind, so it is not ours"},
    {"LOADING", storage_failure::io, "it is still reading its file"},
    {"BUSY", storage_failure::io, "a script keeps it busy"},
    {"MASTERDOWN", storage_failure::io, "it has lost its master"},
    {"NOREPLICAS", storage_failure::io, "it has too few replicas to write"},
    {"MOVED", storage_failure::other, "it is a part of a cluster, and the keys are elsewhere"}};

} // namespace

storage_error explain(const std::string& place, std::string_view said, bool wrote_nothing) {
  const auto code = said.substr(0, said.find(' '));
  meaning found{code, storage_failure::other, "Redis refuses"};
  for (const auto& one : meanings)
    if (one.code == code)
      found = one;
  return {found.kind, place + ": " + found.words + " (Redis: " + std::string{said} + ')',
          wrote_nothing};
}

} // namespace libsync::detail::redis
