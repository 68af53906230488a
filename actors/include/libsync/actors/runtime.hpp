#pragma once

/// The runtime in which servers, clients and peers run.

#include <memory>

// NOLINTNEXTLINE(readability-identifier-naming): CAF's
namespace caf {
class actor_system;
} // namespace caf

namespace libsync {

class config;

/// An actor system with `config` as its configuration, for programs that need nothing else of CAF.
/// Declare it before servers, clients and sessions. Its destructor waits until all of them are
/// gone, and says so on stderr after two seconds. It may be static or global.
class runtime {
public:
  runtime();
  ~runtime();

  runtime(const runtime&) = delete;
  runtime& operator=(const runtime&) = delete;

  [[nodiscard]] caf::actor_system& system() noexcept;
  operator caf::actor_system&() noexcept { return system(); }

protected:
  /// With a configuration that `prepare` adds to.
  explicit runtime(void (*prepare)(config&));

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace libsync
