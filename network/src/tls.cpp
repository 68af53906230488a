#include "tls.hpp"

#include <algorithm>
#include <array>
#include <climits>
#include <string>
#include <utility>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

namespace libsync::detail {

namespace {

using network::network_error;

[[noreturn]] void fail(const std::string& what) {
  std::string why;
  while (const auto code = ERR_get_error()) {
    std::array<char, 256> text{};
    ERR_error_string_n(code, text.data(), text.size());
    const auto* reason = ERR_reason_error_string(code);
    why = reason != nullptr ? reason : text.data(); // the last one is the nearest
  }
  throw network_error{"TLS: " + what + (why.empty() ? "" : ": " + why)};
}

SSL_CTX* context_of(void* context) {
  return static_cast<SSL_CTX*>(context);
}
SSL* ssl_of(void* ssl) {
  return static_cast<SSL*>(ssl);
}
BIO* bio_of(void* bio) {
  return static_cast<BIO*>(bio);
}

int as_int(std::size_t size) {
  return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
}

void load(SSL_CTX* into, const network::tls_options& options) {
  if (SSL_CTX_set_min_proto_version(into, TLS1_2_VERSION) != 1)
    fail("version 1.2 cannot be demanded");
  if (!options.certificate.empty() &&
      SSL_CTX_use_certificate_chain_file(into, options.certificate.c_str()) != 1)
    fail("tls_options::certificate: cannot read '" + options.certificate + "'");
  if (!options.key.empty() &&
      SSL_CTX_use_PrivateKey_file(into, options.key.c_str(), SSL_FILETYPE_PEM) != 1)
    fail("tls_options::key: cannot read '" + options.key + "'");
  if (!options.key.empty() && SSL_CTX_check_private_key(into) != 1)
    fail("tls_options: the key '" + options.key + "' is not that of the certificate '" +
         options.certificate + "'");
  if (!options.authorities.empty() &&
      SSL_CTX_load_verify_locations(into, options.authorities.c_str(), nullptr) != 1)
    fail("tls_options::authorities: cannot read '" + options.authorities + "'");
}

} // namespace

std::shared_ptr<const tls_context> tls_context::of_server(const network::tls_options& options) {
  if (options.certificate.empty() || options.key.empty())
    throw network_error{"TLS: a server needs tls_options::certificate and tls_options::key"};
  const std::shared_ptr<tls_context> made{new tls_context};
  made->context_ = SSL_CTX_new(TLS_server_method());
  if (made->context_ == nullptr)
    fail("no context for a server");
  load(context_of(made->context_), options);
  if (!options.authorities.empty())
    SSL_CTX_set_verify(context_of(made->context_),
                       SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return made;
}

std::shared_ptr<const tls_context> tls_context::of_relay(const network::tls_options& options,
                                                         const std::string& host) {
  const std::shared_ptr<tls_context> made{new tls_context};
  made->is_relay_ = true;
  made->server_name_ = options.server_name.empty() ? host : options.server_name;
  made->context_ = SSL_CTX_new(TLS_client_method());
  if (made->context_ == nullptr)
    fail("no context for a relay");
  load(context_of(made->context_), options);
  if (options.authorities.empty() &&
      SSL_CTX_set_default_verify_paths(context_of(made->context_)) != 1)
    fail("cannot read the authorities that the system believes");
  SSL_CTX_set_verify(context_of(made->context_), SSL_VERIFY_PEER, nullptr);
  return made;
}

tls_context::~tls_context() {
  SSL_CTX_free(context_of(context_));
}

tls_channel::tls_channel(std::shared_ptr<const tls_context> context)
    : context_(std::move(context)), ssl_(SSL_new(context_of(context_->context_))) {
  incoming_ = BIO_new(BIO_s_mem());
  outgoing_ = BIO_new(BIO_s_mem());
  if (ssl_ == nullptr || incoming_ == nullptr || outgoing_ == nullptr) {
    SSL_free(ssl_of(ssl_));
    BIO_free(bio_of(incoming_));
    BIO_free(bio_of(outgoing_));
    fail("no memory for a connection");
  }
  SSL_set_bio(ssl_of(ssl_), bio_of(incoming_), bio_of(outgoing_));
  if (!context_->is_relay_) {
    SSL_set_accept_state(ssl_of(ssl_));
    return;
  }
  SSL_set_connect_state(ssl_of(ssl_));
  // Either a name or a numeric address may be in the certificate. Addresses are not announced.
  const auto* name = context_->server_name_.c_str();
  auto* wanted = SSL_get0_param(ssl_of(ssl_));
  if (X509_VERIFY_PARAM_set1_ip_asc(wanted, name) != 1 &&
      (SSL_set1_host(ssl_of(ssl_), name) != 1 ||
       SSL_set_tlsext_host_name(ssl_of(ssl_), name) != 1)) {
    SSL_free(ssl_of(ssl_));
    fail("'" + context_->server_name_ + "' is no name of a host");
  }
  ERR_clear_error();
  try {
    agree();
  } catch (...) {
    SSL_free(ssl_of(ssl_));
    throw;
  }
}

tls_channel::~tls_channel() {
  SSL_free(ssl_of(ssl_));
}

void tls_channel::agree() {
  ERR_clear_error();
  const auto done = SSL_do_handshake(ssl_of(ssl_));
  if (done == 1) {
    is_ready_ = true;
    return say_what_waits();
  }
  const auto why = SSL_get_error(ssl_of(ssl_), done);
  if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
    return;
  const auto verified = SSL_get_verify_result(ssl_of(ssl_));
  if (verified != X509_V_OK)
    throw network_error{"TLS: the other end's certificate is refused: " +
                        std::string{X509_verify_cert_error_string(verified)}};
  fail("both ends could not agree");
}

std::string tls_channel::open(std::string_view came) {
  std::string said;
  while (!came.empty()) {
    const auto taken = BIO_write(bio_of(incoming_), came.data(), as_int(came.size()));
    if (taken <= 0)
      fail("no memory for what came");
    came.remove_prefix(static_cast<std::size_t>(taken));
    if (!is_ready_)
      agree();
    if (!is_ready_)
      continue;
    std::array<char, 16 << 10> part; // NOLINT(cppcoreguidelines-pro-type-member-init): written
    ERR_clear_error();
    int size = 0;
    while ((size = SSL_read(ssl_of(ssl_), part.data(), as_int(part.size()))) > 0)
      said.append(part.data(), static_cast<std::size_t>(size));
    const auto why = SSL_get_error(ssl_of(ssl_), size);
    if (why == SSL_ERROR_ZERO_RETURN)
      return said; // the other end is about to close
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
      fail("what came cannot be read");
  }
  return said;
}

void tls_channel::say(std::string_view text) {
  waiting_.append(text);
  if (is_ready_)
    say_what_waits();
}

void tls_channel::say_what_waits() {
  std::string_view rest = waiting_;
  while (!rest.empty()) {
    ERR_clear_error();
    const auto taken = SSL_write(ssl_of(ssl_), rest.data(), as_int(rest.size()));
    if (taken <= 0)
      fail("nothing can be written");
    rest.remove_prefix(static_cast<std::size_t>(taken));
  }
  waiting_.clear();
}

std::string tls_channel::take_output() {
  std::string bytes;
  const auto size = BIO_pending(bio_of(outgoing_));
  if (size <= 0)
    return bytes;
  bytes.resize(static_cast<std::size_t>(size));
  bytes.resize(static_cast<std::size_t>(BIO_read(bio_of(outgoing_), bytes.data(), size)));
  return bytes;
}

std::string tls_channel::peer_name() const {
  X509* shown = SSL_get1_peer_certificate(ssl_of(ssl_));
  if (shown == nullptr)
    return {};
  std::array<char, 256> name{};
  const auto size = X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName,
                                              name.data(), static_cast<int>(name.size()));
  X509_free(shown);
  return size > 0 ? std::string(name.data(), static_cast<std::size_t>(size)) : std::string{};
}

} // namespace libsync::detail

bool libsync::network::same_token(const std::string& one, const std::string& other) noexcept {
  return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}
