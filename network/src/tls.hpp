#pragma once

/// TLS between memory and memory (OpenSSL). Whoever has the socket moves the bytes.

#include <memory>
#include <string>
#include <string_view>

#include "libsync/network/options.hpp"

namespace libsync::detail {

/// What all connections of one end share: its certificates, read once.
class tls_context {
public:
  /// Throw network_error, naming the file and the reason.
  [[nodiscard]] static std::shared_ptr<const tls_context>
  of_server(const network::tls_options& options);
  [[nodiscard]] static std::shared_ptr<const tls_context>
  of_relay(const network::tls_options& options, const std::string& host);

  tls_context(const tls_context&) = delete;
  tls_context& operator=(const tls_context&) = delete;
  ~tls_context();

private:
  friend class tls_channel;
  tls_context() = default;

  void* context_ = nullptr; // an SSL_CTX
  bool is_relay_ = false;
  std::string server_name_;
};

/// One connection. A failure throws network_error; then it is of no more use.
class tls_channel {
public:
  explicit tls_channel(std::shared_ptr<const tls_context> context);
  tls_channel(const tls_channel&) = delete;
  tls_channel& operator=(const tls_channel&) = delete;
  ~tls_channel();

  /// Takes bytes that came. Returns what they say.
  [[nodiscard]] std::string open(std::string_view came);
  /// Takes what is to be said, which waits until both ends have agreed.
  void say(std::string_view text);
  /// Returns bytes to be sent.
  [[nodiscard]] std::string take_output();

  /// Whether both ends have agreed, and the certificates are good.
  [[nodiscard]] bool is_ready() const noexcept { return is_ready_; }
  /// The common name in the other end's certificate; empty without one.
  [[nodiscard]] std::string peer_name() const;

private:
  void agree();
  void say_what_waits();

  std::shared_ptr<const tls_context> context_;
  void* ssl_ = nullptr;      // an SSL, which owns both of these:
  void* incoming_ = nullptr; // a BIO
  void* outgoing_ = nullptr; // a BIO
  bool is_ready_ = false;
  std::string waiting_;
};

} // namespace libsync::detail
