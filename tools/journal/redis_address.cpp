#include "redis_address.hpp"

#include <charconv>
#include <cstddef>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "place.hpp"

namespace libsync::journal_tool {

namespace {

constexpr std::string_view scheme = "redis://";

[[noreturn]] void fail(const std::string& words, const std::string& why) {
  throw bad_address{words + ": " + why +
                    ", expected redis://HOST:PORT/NAME or redis:///SOCKET/NAME"};
}

int read_port(const std::string& words, std::string_view digits) {
  int port = 0;
  const auto* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, port);
  if (read.ec != std::errc{} || read.ptr != end || port < 1 || port > 65'535)
    fail(words, "`" + std::string{digits} + "` is no port");
  return port;
}

// Host and port, such as `localhost`, `localhost:6380` or `[::1]:6380`.
void read_host(const std::string& words, std::string_view from, redis_rows_options& into) {
  auto end = from.find(':');
  if (from.starts_with('[')) {
    const auto bracket = from.find(']');
    if (bracket == std::string_view::npos)
      fail(words, "a bracket is not closed");
    into.host = from.substr(1, bracket - 1);
    end = bracket + 1;
    if (end != from.size() && from[end] != ':')
      fail(words, "something is between bracket and port");
  } else {
    into.host = from.substr(0, end);
  }
  if (into.host.empty())
    fail(words, "there is no host");
  if (end < from.size())
    into.port = read_port(words, from.substr(end + 1));
}

// Returns where the path of a socket ends, which begins a text.
std::size_t end_of_socket(std::string_view path) {
  for (auto end = path.find('/', 1); end != std::string_view::npos; end = path.find('/', end + 1)) {
    std::error_code none;
    const auto found = std::filesystem::status(path.substr(0, end), none);
    if (std::filesystem::exists(found) && !std::filesystem::is_directory(found))
      return end;
  }
  return path.rfind('/');
}

} // namespace

redis_address read_redis_address(const std::string& words) {
  redis_address all;
  auto rest = std::string_view{words}.substr(scheme.size());
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos)
    fail(words, "it names no journal");
  if (const auto user = rest.substr(0, slash).rfind('@'); user != std::string_view::npos) {
    all.how.user = rest.substr(0, user);
    if (all.how.user.find(':') != std::string::npos)
      fail(words, "a password there would be seen by others, so give it by REDISCLI_AUTH");
    rest.remove_prefix(user + 1);
  }
  auto end = rest.find('/');
  if (end == 0) {
    end = end_of_socket(rest);
    all.how.socket = rest.substr(0, end);
    if (end == 0)
      fail(words, "there is no host or socket");
  } else {
    read_host(words, rest.substr(0, end), all.how);
  }
  all.name = rest.substr(end + 1);
  if (all.name.empty())
    fail(words, "it names no journal");
  return all;
}

} // namespace libsync::journal_tool
