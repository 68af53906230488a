#include "support/faulty_wire.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

namespace faults {

namespace {

bool send_all(int to, const char* bytes, std::size_t size) {
  while (size != 0) {
    const auto sent = send(to, bytes, size, MSG_NOSIGNAL);
    if (sent <= 0)
      return false;
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

} // namespace

/// Two ends of one connection.
struct faulty_wire::line {
  int client = -1;
  int server = -1;
  bool is_stalled = false;
  std::string late; // on its way to the server

  line() = default;
  line(const line&) = delete;
  line& operator=(const line&) = delete;
  ~line() {
    close(client);
    close(server);
  }
  [[nodiscard]] bool is_gone() const { return client < 0 && late.empty(); }
  void close(int& end) const {
    if (end >= 0)
      ::close(std::exchange(end, -1));
  }
};

faulty_wire::faulty_wire(std::string socket) : socket_{std::move(socket)} {
  begin();
}

faulty_wire::faulty_wire(std::uint16_t port) : server_port_(port) {
  begin();
}

void faulty_wire::begin() {
  listening_ = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  if (bind(listening_, reinterpret_cast<sockaddr*>(&where), size) != 0 ||
      getsockname(listening_, reinterpret_cast<sockaddr*>(&where), &size) != 0 ||
      listen(listening_, 16) != 0 || pipe(wakes_) != 0)
    throw std::system_error{errno, std::generic_category(), "a faulty wire"};
  port_ = ntohs(where.sin_port);
  thread_ = std::thread{[this] { run(); }};
}

faulty_wire::~faulty_wire() {
  {
    const std::lock_guard here{mutex_};
    is_ending_ = true;
  }
  wake();
  thread_.join();
  for (const int one : {listening_, wakes_[0], wakes_[1]})
    close(one);
}

void faulty_wire::plan(break_down what, direction where, std::size_t bytes, bool lasts) {
  const std::lock_guard here{mutex_};
  is_planned_ = true;
  what_ = what;
  where_ = where;
  left_ = bytes;
  lasts_ = lasts;
}

void faulty_wire::heal() {
  const std::lock_guard here{mutex_};
  is_planned_ = is_broken_ = false;
  for (auto& one : lines_) {
    // The server reads this before anything that is sent over a connection which is made later.
    static_cast<void>(send_all(one.server, one.late.data(), one.late.size()));
    one.late.clear();
    one.is_stalled = false;
  }
  wake();
}

void faulty_wire::wake() const {
  static_cast<void>(write(wakes_[1], "x", 1));
}

void faulty_wire::run() {
  std::unique_lock here{mutex_};
  while (!is_ending_) {
    lines_.remove_if([](const line& one) { return one.is_gone(); });
    std::vector<pollfd> waits{{wakes_[0], POLLIN, 0}, {listening_, POLLIN, 0}};
    for (const auto& one : lines_) {
      // Of one that stalls it is still heard that its client has given up, or what is to be late.
      const bool reads = !one.is_stalled || what_ == break_down::late;
      waits.push_back({one.client, static_cast<short>((reads ? POLLIN : 0) | POLLRDHUP), 0});
      waits.push_back({one.is_stalled ? -1 : one.server, POLLIN, 0});
    }
    here.unlock();
    poll(waits.data(), waits.size(), -1);
    here.lock();
    char some[64];
    if (waits[0].revents != 0)
      static_cast<void>(read(wakes_[0], some, sizeof some));
    auto wait = waits.begin() + 2;
    for (auto& one : lines_) {
      if ((wait++)->revents != 0)
        pass(one, direction::to_server);
      if ((wait++)->revents != 0 && one.server >= 0)
        pass(one, direction::from_server);
    }
    if (waits[1].revents != 0)
      accept_one();
  }
  lines_.clear();
}

void faulty_wire::accept_one() {
  auto& one = lines_.emplace_back();
  one.client = accept(listening_, nullptr, nullptr);
  one.server = connect_to_server();
  const bool is_there = one.server >= 0;
  if (!is_there || is_broken_)
    break_one(one);
}

// Returns a connection, or -1.
int faulty_wire::connect_to_server() const {
  const auto connected = [](int made, const auto& where) {
    if (connect(made, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0)
      return made;
    ::close(made);
    return -1;
  };
  if (socket_.empty()) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    where.sin_port = htons(server_port_);
    return connected(::socket(AF_INET, SOCK_STREAM, 0), where);
  }
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  std::strncpy(where.sun_path, socket_.c_str(), sizeof where.sun_path - 1);
  return connected(::socket(AF_UNIX, SOCK_STREAM, 0), where);
}

void faulty_wire::pass(line& one, direction where) {
  char some[4'096];
  const bool is_forth = where == direction::to_server;
  const auto read = recv(is_forth ? one.client : one.server, some, sizeof some, MSG_DONTWAIT);
  if (read <= 0) {
    one.close(one.client);
    if (one.late.empty())
      one.close(one.server);
    return;
  }
  auto size = static_cast<std::size_t>(read);
  if (one.is_stalled) { // what is sent then is lost, or late
    if (what_ == break_down::late)
      one.late.append(some, size);
    return;
  }
  const bool breaks = is_planned_ && where == where_ && size >= left_;
  const auto passes = breaks ? left_ : size;
  if (is_planned_ && where == where_)
    left_ -= passes;
  if (!send_all(is_forth ? one.server : one.client, some, passes))
    one.close(one.client);
  if (!breaks)
    return;
  is_planned_ = false;
  is_broken_ = lasts_;
  if (what_ == break_down::late && is_forth)
    one.late.assign(some + passes, size - passes);
  for (auto& each : lines_)
    if (&each == &one || lasts_)
      break_one(each);
}

void faulty_wire::break_one(line& one) {
  if (what_ != break_down::cut) {
    one.is_stalled = true;
    return;
  }
  one.close(one.client);
  one.close(one.server);
}

} // namespace faults
