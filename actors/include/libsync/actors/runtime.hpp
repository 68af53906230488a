#pragma once

/// What runs servers, clients and peers.

#include <memory>

// NOLINTNEXTLINE(readability-identifier-naming): CAF's
namespace caf {
class actor_system;
} // namespace caf

namespace libsync {

/// An actor system with `config` as its configuration, for programs that need nothing else of CAF.
/// Declare it before servers, clients and sessions: its destructor waits until all of them are
/// gone, and after two seconds says so on stderr. It may be static or global.
class runtime {
public:
  runtime();
  ~runtime();

  runtime(const runtime&) = delete;
  runtime& operator=(const runtime&) = delete;

  [[nodiscard]] caf::actor_system& system() noexcept;
  operator caf::actor_system&() noexcept { return system(); }

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace libsync
