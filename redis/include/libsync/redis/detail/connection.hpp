#pragma once

/// A connection to Redis, by hiredis.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsync/storage_error.hpp"

struct redisContext;

namespace libsync::detail::redis {

/// Where a Redis is, and who comes.
struct address {
  std::string host = "127.0.0.1";
  int port = 6'379;
  /// The path of a socket of the file system, in place of host and port.
  std::string socket = {};
  /// None: the user `default`.
  std::string user = {};
  /// None: nobody asks for one.
  std::string password = {};
  /// How long to wait, in milliseconds, for a connection, and then for each answer; at least 1.
  int timeout = 5'000;
};

/// Returns what errors call it: `redis://host:port/NAME`.
[[nodiscard]] std::string place_of(const address& where, const std::string& name);

/// Commands in the form in which they are sent. Their parts may hold any bytes.
class commands {
public:
  /// Adds one, of words, texts and numbers.
  template <class... Parts>
  commands& add(const Parts&... parts) {
    begin(sizeof...(parts));
    (part(parts), ...);
    return *this;
  }

  /// Begins one, which has so many parts.
  commands& begin(std::size_t parts);
  commands& part(std::string_view text);
  commands& part(std::integral auto number) { return part(std::to_string(number)); }

  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }

private:
  std::string bytes_;
  std::size_t count_ = 0;
};

struct reply {
  enum class kind { nothing, number, text, list, error };
  kind what = kind::nothing;
  std::int64_t number = 0;
  std::string text;
  std::vector<reply> list;

  [[nodiscard]] bool is_nothing() const noexcept { return what == kind::nothing; }
  [[nodiscard]] bool is_error() const noexcept { return what == kind::error; }
};

using replies = std::vector<reply>;

/// Connects when it is asked for something, and anew after a break. All errors are a storage_error
/// that names the place. One thread at a time.
class connection {
public:
  connection(address where, std::string name);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection();

  /// Is called whenever it has connected, before anything else; what it throws closes the
  /// connection. It may use `say` alone.
  void on_connect(std::function<void()> greet) { greet_ = std::move(greet); }

  /// Sends commands that may be done twice, and returns one reply for each. If the connection is
  /// broken it connects and tries once more. A reply that is an error is thrown.
  replies ask(const commands& all);

  /// Sends commands over the connection that is there, once. Errors among the replies are returned.
  /// After a break nobody knows what was done; the error says that something may be if `writes`.
  replies say(const commands& all, bool writes = false);

  /// Does all commands at once, between MULTI and EXEC, if no key has changed that was watched.
  /// Returns whether it did. The connection must be that of the WATCH, if there was one, so it does
  /// not connect. If it breaks once EXEC is sent, the error is not `wrote_nothing()`.
  bool transact(const commands& all);

  /// Throws what an error of Redis's means.
  [[noreturn]] void fail(const reply& error, bool wrote_nothing = true) const;
  [[noreturn]] void fail(storage_failure kind, const std::string& why,
                         bool wrote_nothing = true) const;

  void close() noexcept;
  [[nodiscard]] bool is_open() const noexcept { return context_ != nullptr; }
  [[nodiscard]] const std::string& place() const noexcept { return place_; }

private:
  void open();
  void log_in();
  void send(const std::string& bytes);
  reply receive(bool writes);

  struct closer {
    void operator()(redisContext* context) const noexcept;
  };

  const address where_;
  const std::string place_;
  std::function<void()> greet_;
  std::unique_ptr<redisContext, closer> context_;
};

/// Throws unless what Redis says it has done is on its disk, and stays: it appends each command to
/// its file before it answers, and drops no keys for want of room.
void expect_synced(connection& with);

/// A row as the value of a field: 8 digits of its checksum, a blank, and the text.
[[nodiscard]] std::string write_value(std::string_view text, std::uint32_t checksum);
/// Returns false if it is none.
[[nodiscard]] bool read_value(std::string_view value, std::string& text, std::uint32_t& checksum);

} // namespace libsync::detail::redis
