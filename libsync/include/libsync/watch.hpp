#pragma once

/// What a watcher looks at, and which of its values it is told.

#include <concepts>
#include <cstddef>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "libsync/ids.hpp"

namespace libsync {

/// A watcher is told the newest value, and may pass over values before it. It is told with
/// `(value)` or with `(value, version)`.
struct latest_only {};

/// A watcher is told the value of every version, in order, with a `const watched<Value>&`. Up to
/// `limit` values wait for it, if it has a place of its own where it is called; 0 is refused by
/// std::invalid_argument. If more come, the newest replaces the last that waits. So the watcher is
/// told what waits, then the newest value, and that there is a gap before it.
struct every_version {
  std::size_t limit = 1024;
};

template <class How>
concept watch_delivery = std::same_as<How, latest_only> || std::same_as<How, every_version>;

/// A value that a watcher of every version is told.
template <class Value>
struct watched {
  /// Valid during the call.
  const Value& value;
  /// The version that led to it.
  libsync::version version;
  /// Whether versions before this one were not told: the watcher has fallen behind, a snapshot has
  /// replaced the data, or the projection or a copy of its value threw. Only then the value may
  /// equal the one before.
  bool gap;
};

/// Goes from an object to a member of a member, as `path` makes it.
template <class... Members>
class member_path {
public:
  explicit constexpr member_path(Members... members) noexcept : members_(members...) {}

  template <class Whole>
  constexpr const auto& operator()(const Whole& whole) const noexcept {
    return std::apply(
        [&](auto... members) -> const auto& { return follow(whole, members...); }, members_);
  }

private:
  template <class Whole, class First, class... Rest>
  static constexpr const auto& follow(const Whole& whole, First first, Rest... rest) noexcept {
    if constexpr (sizeof...(Rest) == 0)
      return whole.*first;
    else
      return follow(whole.*first, rest...);
  }

  std::tuple<Members...> members_;
};

/// Returns a projection to a nested member:
///
///     session.watch(libsync::path(&game::hero, &figure::place), on_change);
template <class... Members>
requires(sizeof...(Members) > 0 &&
         (std::is_member_object_pointer_v<Members> &&
          ...)) constexpr member_path<Members...> path(Members... members) noexcept {
  return member_path<Members...>{members...};
}

/// A function of the data, or a pointer to a member of theirs.
template <class Project, class Data>
concept projection = std::invocable<Project&, const Data&>;

/// The type of the values that a projection makes.
template <class Project, class Data>
using projected = std::remove_cvref_t<std::invoke_result_t<Project&, const Data&>>;

} // namespace libsync
