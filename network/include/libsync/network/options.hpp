#pragma once

/// What is said of a connection: who is at its other end, how it is protected, and its limits.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace libsync::network {

/// The network, or what protects it, is not to be had. `what()` is a sentence that names the place.
class network_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// Who has connected.
struct peer {
  /// Its numeric address, such as 192.0.2.7.
  std::string address;
  std::uint16_t port = 0;
  /// The common name of its certificate, which an authority of `tls_options` has signed; empty
  /// without one.
  std::string certificate = {};
  /// What it has given as `connect_options::token`. Compare it by `same_token`.
  std::string token = {};
  bool is_encrypted = false;
};

/// Whether two tokens are equal, in a time that tells nothing of where they differ.
[[nodiscard]] bool same_token(const std::string& one, const std::string& other) noexcept;

/// TLS 1.2 or later. All names are of files in the form PEM.
struct tls_options {
  /// One's own certificate, with those between it and its authority; and its key. A server needs
  /// both. A relay needs them if its server asks for a certificate.
  std::string certificate = {};
  std::string key = {};
  /// The certificates of those who sign the other end's. A server that names none asks for no
  /// certificate. A relay that names none believes those that its system believes.
  std::string authorities = {};
  /// The name in the server's certificate, if it is not the host that a relay connects to.
  std::string server_name = {};
};

/// The limits of one connection. When one is met, the connection ends with a reason, unless it says
/// otherwise. All must be at least 1.
struct connection_limits {
  /// The longest message that is taken. No more of a longer one than its length is read.
  std::size_t frame_bytes = std::size_t{64} << 20;
  /// The most operations in a parcel or batch, and bytes in a snapshot.
  std::size_t operations = std::size_t{1} << 20;
  std::size_t snapshot_bytes = std::size_t{1} << 30;
  /// While so many bytes have come and are not handled, no more is read.
  std::size_t unhandled_bytes = std::size_t{8} << 20;
  /// How many bytes may wait to be sent.
  std::size_t unsent_bytes = std::size_t{256} << 20;
  /// How many clients of a relay may have joined at a time.
  std::size_t clients = 100'000;
  /// How much is read in a second on the average. More than a second's worth comes later.
  std::size_t bytes_per_second = std::size_t{1} << 30;
  std::size_t joins_per_second = 100'000;
  /// By then each end must have said who it is.
  std::chrono::milliseconds greeting = std::chrono::seconds{10};
  /// Whoever has sent nothing for so long says that it is there.
  std::chrono::milliseconds heartbeat = std::chrono::seconds{3};
  /// After such a silence the other end is given up.
  std::chrono::milliseconds silence = std::chrono::seconds{10};

  /// Returns these limits. Throws std::invalid_argument, naming the first that is less than 1, or a
  /// silence that is not longer than a heartbeat.
  [[nodiscard]] const connection_limits& checked() const;
};

} // namespace libsync::network
