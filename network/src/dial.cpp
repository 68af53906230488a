#include "dial.hpp"

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "libsync/reason.hpp"

namespace libsync::detail {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How soon it is noticed that nobody waits any more.
constexpr milliseconds look{50};

std::string error_text(int number) {
  return std::generic_category().message(number);
}

bool is_near(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    const auto where = ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr);
    return where >> 24 == 127;
  }
  if (address->sa_family == AF_INET6)
    return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr);
  return false;
}

std::string numeric(const addrinfo& where) {
  std::array<char, NI_MAXHOST> text{};
  if (getnameinfo(where.ai_addr, where.ai_addrlen, text.data(), text.size(), nullptr, 0,
                  NI_NUMERICHOST) != 0)
    return "an address";
  return text.data();
}

// Returns the number of an error, or 0.
int connect_one(int socket, const addrinfo& where, steady_clock::time_point deadline,
                const std::atomic<bool>& is_given_up) {
  if (connect(socket, where.ai_addr, where.ai_addrlen) == 0)
    return 0;
  if (errno != EINPROGRESS)
    return errno;
  for (;;) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
    if (left.count() <= 0 || is_given_up)
      return ETIMEDOUT;
    pollfd waits{socket, POLLOUT, 0};
    const auto ready = poll(&waits, 1, static_cast<int>(std::min(left, look).count()));
    if (ready < 0 && errno != EINTR)
      return errno;
    if (ready > 0) {
      int error = 0;
      socklen_t size = sizeof error;
      if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        return errno;
      return error;
    }
  }
}

} // namespace

socket_owner::~socket_owner() {
  if (number_ >= 0)
    close(number_);
}

result<socket_owner> dial(const std::string& host, std::uint16_t port, milliseconds within,
                          bool only_near, const std::atomic<bool>& is_given_up) {
  const auto failed = [&](const std::string& why) {
    return result<socket_owner>::failed(
        reason{"cannot connect to " + host + ":" + std::to_string(port) + ": " + why});
  };
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* all = nullptr;
  if (const auto error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &all);
      error != 0)
    return failed(error == EAI_SYSTEM ? error_text(errno) : gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{all, &freeaddrinfo};
  const auto deadline = steady_clock::now() + within;
  std::string why = "it has no address";
  for (const auto* one = all; one != nullptr; one = one->ai_next) {
    if (only_near && !is_near(one->ai_addr)) {
      why = numeric(*one) + " is another machine, and the connection would not be encrypted: give "
                            "connect_options::tls, or set plain_anywhere";
      continue;
    }
    socket_owner made{
        socket(one->ai_family, one->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, one->ai_protocol)};
    if (made.number() < 0) {
      why = error_text(errno);
      continue;
    }
    const auto error = connect_one(made.number(), *one, deadline, is_given_up);
    if (error == 0)
      return made;
    why = error_text(error);
  }
  return failed(why);
}

} // namespace libsync::detail
