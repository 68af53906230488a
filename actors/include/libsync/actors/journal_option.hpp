#pragma once

/// The option by which a server keeps what it decides.

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "libsync/limits.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): CAF's
namespace caf {
class actor_system;
} // namespace caf

namespace libsync {

namespace detail {

template <class Data>
class any_server_journal;

/// Makes a server's side of a journal; `libsync/journal.hpp` says how.
template <class Data, class Place>
struct journal_opener {
  static_assert(!std::is_same_v<Place, Place>,
                "libsync: to give a server a journal, #include <libsync/journal.hpp>");
};

} // namespace detail

/// Where a server keeps what it decides, so that it outlives the process:
///
///     #include <libsync/journal.hpp>
///     #include <libsync/sqlite.hpp>
///
///     libsync::spawn_server(runtime, auction{}, {.journal =
///     libsync::sqlite_journal{"auction.db"}});
///
/// Any value may stand there that has a member `level`, a `durability`, and a function
/// `open<Data>()` that returns a `std::unique_ptr<any_journal<Data>>` or throws storage_error.
template <class Data>
class journal {
public:
  /// None: what the server decides ends with it.
  journal() = default;

  template <class Place>
  requires(!std::is_same_v<Place, journal>) journal(Place where)
      : open_([where = std::move(where)](caf::actor_system& system, const limits& bounds) {
          return detail::journal_opener<Data, Place>::open(where, system, bounds);
        }) {}

  [[nodiscard]] explicit operator bool() const noexcept { return open_ != nullptr; }

  /// For the library's own use. Throws storage_error.
  [[nodiscard]] std::shared_ptr<detail::any_server_journal<Data>> open(caf::actor_system& system,
                                                                       const limits& bounds) const {
    return open_(system, bounds);
  }

private:
  std::function<std::shared_ptr<detail::any_server_journal<Data>>(caf::actor_system&,
                                                                  const limits&)>
      open_;
};

} // namespace libsync
