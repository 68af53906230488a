#pragma once

/// Makes watchers, and says in a sentence what cannot be watched.

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

#include "libsync/actors/detail/watch/watches.hpp"
#include "libsync/actors/watcher.hpp"

#include "libsync/detail/client/confirmed_copy.hpp"
#include "libsync/ids.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/watch.hpp"

namespace libsync::detail {

template <class OnChange, class Value, class How>
inline constexpr bool is_told =
    std::invocable<OnChange&, const Value&> || std::invocable<OnChange&, const Value&, version>;
template <class OnChange, class Value>
inline constexpr bool is_told<OnChange, Value, every_version> =
    std::invocable<OnChange&, const watched<Value>&>;

/// Whether it can be watched; if not, that is an error in a sentence.
template <class Data, class Mode, class Project, class OnChange, class How>
constexpr bool check_watch() {
  constexpr bool projects = projection<Project, Data>;
  static_assert(projects,
                "libsync: a projection takes a `const Data&`, or is a pointer to a member "
                "of the data, or a `libsync::path` of such pointers");
  constexpr bool has_versions = std::same_as<Mode, own_copy> || std::same_as<How, latest_only>;
  static_assert(has_versions,
                "libsync: a shared view and an optimistic client do not show every version: watch "
                "them with `latest_only`, or use a client with an `own_copy`");
  if constexpr (projects) {
    using value = projected<Project, Data>;
    constexpr bool compares = std::equality_comparable<value>;
    static_assert(compares, "libsync: a projection's values need an ==, because equal values are "
                            "not told: project to something that has one");
    constexpr bool tells = is_told<OnChange, value, How>;
    if constexpr (std::same_as<How, every_version>)
      static_assert(tells, "libsync: a watcher of every version is also told of gaps: its function "
                           "takes a `const libsync::watched<Value>&`");
    else
      static_assert(tells, "libsync: the function of a watcher takes a `const Value&`, or that and "
                           "a `libsync::version`, where `Value` is what the projection returns");
    return has_versions && compares && tells;
  }
  return false;
}

/// Makes a watcher that a client is to tell. If `copy` is not null, any thread may read it.
template <class Data, class Mode, class Project, class OnChange, watch_delivery How>
data_watch_ptr<Data> make_watch(Project project, OnChange on_change, How how, watch_options options,
                                const copy_ptr<Data, Mode>& copy) {
  if constexpr (check_watch<Data, Mode, Project, OnChange, How>()) {
    if constexpr (std::same_as<How, latest_only>)
      if (copy && options.where) {
        using copy_type = typename copy_of<Data, Mode>::type;
        const auto made = std::make_shared<polled_watch<Data, copy_type, Project, OnChange>>(
            std::move(project), std::move(on_change), std::move(options), copy);
        made->begin();
        return made;
      }
    return std::make_shared<queued_watch<Data, Project, OnChange, How>>(
        std::move(project), std::move(on_change), how, std::move(options));
  }
  return nullptr;
}

} // namespace libsync::detail
