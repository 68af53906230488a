#include "libsync/redis/detail/connection.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <hiredis/hiredis.h>

#include "errors.hpp"

namespace libsync::detail::redis {

namespace {

reply copy_of(const redisReply& from) {
  reply to;
  switch (from.type) {
  case REDIS_REPLY_INTEGER:
    to.what = reply::kind::number;
    to.number = from.integer;
    break;
  case REDIS_REPLY_ARRAY:
    to.what = reply::kind::list;
    to.list.reserve(from.elements);
    for (std::size_t i = 0; i != from.elements; ++i)
      to.list.push_back(copy_of(*from.element[i]));
    break;
  case REDIS_REPLY_STRING:
  case REDIS_REPLY_STATUS:
  case REDIS_REPLY_ERROR:
    to.what = from.type == REDIS_REPLY_ERROR ? reply::kind::error : reply::kind::text;
    to.text.assign(from.str, from.len);
    break;
  default:
    break;
  }
  return to;
}

bool is_late(int error) {
  return error == EAGAIN || error == EWOULDBLOCK;
}

std::string words_for(int error) {
  return is_late(error) ? "it does not answer in time" : std::generic_category().message(error);
}

} // namespace

std::string place_of(const address& where, const std::string& name) {
  if (!where.socket.empty())
    return "redis://" + where.socket + '/' + name;
  const bool is_v6 = where.host.find(':') != std::string::npos;
  return "redis://" + (is_v6 ? '[' + where.host + ']' : where.host) + ':' +
         std::to_string(where.port) + '/' + name;
}

commands& commands::begin(std::size_t parts) {
  bytes_.append("*").append(std::to_string(parts)).append("\r\n");
  ++count_;
  return *this;
}

commands& commands::part(std::string_view text) {
  bytes_.append("$").append(std::to_string(text.size())).append("\r\n");
  bytes_.append(text).append("\r\n");
  return *this;
}

connection::connection(address where, std::string name)
    : where_(std::move(where)), place_(place_of(where_, name)) {}

connection::~connection() = default;

void connection::closer::operator()(redisContext* context) const noexcept {
  redisFree(context);
}

void connection::close() noexcept {
  context_.reset();
}

void connection::fail(storage_failure kind, const std::string& why, bool wrote_nothing) const {
  throw storage_error{kind, place_ + ": " + why, wrote_nothing};
}

void connection::fail(const reply& error, bool wrote_nothing) const {
  throw explain(place_, error.text, wrote_nothing);
}

void connection::open() {
  const auto wait = std::max(where_.timeout, 1);
  const timeval limit{wait / 1'000, wait % 1'000 * 1'000};
  errno = 0;
  context_.reset(where_.socket.empty()
                     ? redisConnectWithTimeout(where_.host.c_str(), where_.port, limit)
                     : redisConnectUnixWithTimeout(where_.socket.c_str(), limit));
  if (!context_)
    throw std::bad_alloc{};
  if (context_->err != 0 || redisSetTimeout(context_.get(), limit) != REDIS_OK) {
    const std::string said = context_->errstr;
    close();
    fail(storage_failure::io, "no connection can be made (" + said + ')');
  }
  try {
    log_in();
    if (greet_)
      greet_();
  } catch (...) {
    close();
    throw;
  }
}

void connection::log_in() {
  if (where_.password.empty() && where_.user.empty())
    return;
  commands one;
  if (where_.user.empty())
    one.add("AUTH", where_.password);
  else
    one.add("AUTH", where_.user, where_.password);
  if (const auto said = say(one); said[0].is_error())
    fail(said[0]);
}

// Not by hiredis, whose way of writing ends the process when the other side has closed, and does
// not tell whether all was sent.
void connection::send(const std::string& bytes) {
  for (std::size_t sent = 0; sent != bytes.size();) {
    const auto size = ::send(context_->fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (size >= 0) {
      sent += static_cast<std::size_t>(size);
    } else if (errno != EINTR) {
      const auto why = words_for(errno);
      close();
      fail(storage_failure::io, "the connection broke (" + why + ')'); // before the last byte
    }
  }
}

reply connection::receive(bool writes) {
  void* raw = nullptr;
  errno = 0;
  if (redisGetReply(context_.get(), &raw) != REDIS_OK) {
    const int error = errno;
    const auto code = context_->err;
    const std::string said =
        code == REDIS_ERR_IO && error != 0 ? words_for(error) : context_->errstr;
    close();
    if (code == REDIS_ERR_PROTOCOL)
      fail(storage_failure::foreign, "what answers there is no Redis (" + said + ')', !writes);
    fail(storage_failure::io, "the connection broke (" + said + ')', !writes);
  }
  struct owner {
    void* raw;
    ~owner() { freeReplyObject(raw); }
  } const held{raw};
  return copy_of(*static_cast<redisReply*>(raw));
}

replies connection::say(const commands& all, bool writes) {
  if (!context_)
    fail(storage_failure::io, "the connection broke");
  send(all.bytes());
  replies found;
  found.reserve(all.count());
  while (found.size() != all.count())
    found.push_back(receive(writes));
  return found;
}

replies connection::ask(const commands& all) {
  const bool was_open = is_open();
  if (!was_open)
    open();
  replies found;
  try {
    found = say(all);
  } catch (const storage_error& error) {
    if (!was_open || error.kind() != storage_failure::io)
      throw;
    open();
    found = say(all);
  }
  for (const auto& one : found)
    if (one.is_error())
      fail(one);
  return found;
}

bool connection::transact(const commands& all) {
  commands begin;
  begin.add("MULTI");
  commands end;
  end.add("EXEC");
  if (!context_)
    fail(storage_failure::io, "the connection broke");
  send(begin.bytes() + all.bytes() + end.bytes());
  const bool is_begun = !receive(true).is_error();
  reply refused;
  for (std::size_t i = 0; i != all.count(); ++i)
    if (auto one = receive(true); one.is_error() && !refused.is_error())
      refused = std::move(one);
  auto done = receive(true);
  if (!is_begun)
    fail(storage_failure::read_only, "it begins no transaction for this user", false);
  if (refused.is_error())
    fail(refused); // and so EXEC was
  if (done.is_error())
    fail(done);
  for (const auto& one : done.list)
    if (one.is_error())
      fail(one, false); // the others are done
  return !done.is_nothing();
}

void expect_synced(connection& with) {
  commands all;
  constexpr const char* names[] = {"appendonly", "appendfsync", "maxmemory", "maxmemory-policy"};
  for (const auto* name : names)
    all.add("CONFIG", "GET", name);
  std::vector<std::string> values;
  for (const auto& one : with.say(all)) {
    if (one.is_error() || one.list.size() != 2)
      with.fail(storage_failure::read_only,
                "it does not let this user look whether what it answers is on its disk: allow "
                "CONFIG GET, or ask for no more than relaxed (Redis: " +
                    one.text + ')');
    values.push_back(one.list[1].text);
  }
  const auto expect = [&](bool holds, const std::string& why) {
    if (!holds)
      with.fail(storage_failure::other, why);
  };
  expect(values[0] == "yes" && values[1] == "always",
         "what it answers is not on its disk yet: set appendonly to yes, where it is " + values[0] +
             ", and appendfsync to always, where it is " + values[1] +
             ", or ask for no more than relaxed");
  expect(values[2] == "0" || !values[3].starts_with("allkeys"),
         "it drops keys for want of room: set maxmemory-policy to noeviction, where it is " +
             values[3] + ", or ask for no more than relaxed");
}

std::string write_value(std::string_view text, std::uint32_t checksum) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string value;
  value.reserve(9 + text.size());
  for (int shift = 28; shift >= 0; shift -= 4)
    value += digits[checksum >> static_cast<unsigned>(shift) & 15U];
  return value.append(" ").append(text);
}

bool read_value(std::string_view value, std::string& text, std::uint32_t& checksum) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (value.size() < 9 || value[8] != ' ')
    return false;
  checksum = 0;
  for (const char one : value.substr(0, 8)) {
    const auto digit = digits.find(one);
    if (digit == std::string_view::npos)
      return false;
    checksum = checksum << 4U | static_cast<std::uint32_t>(digit);
  }
  text = value.substr(9);
  return true;
}

} // namespace libsync::detail::redis
