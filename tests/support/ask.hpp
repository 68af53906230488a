#pragma once

/// Asks an actor of a testing runtime by CAF's own means.

#include <optional>
#include <type_traits>
#include <utility>

#include "libsync/actors/handles.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "support/caf.hpp"
#include "support/catch.hpp"

#include <caf/all.hpp>

template <class Handle>
constexpr bool is_of_library = requires(const Handle& whom) {
  libsync::to_caf(whom);
};

template <class Handle>
auto for_caf(const Handle& whom) {
  if constexpr (is_of_library<Handle>)
    return libsync::to_caf(whom);
  else
    return whom;
}

/// Asks `whom`, runs until nothing is left to do, and returns the answer, or nothing if an error
/// came. One of the library's actors answers with the `Answer` in an envelope, which is opened;
/// but with a version as it is.
template <class Answer, class Handle, class... Parts>
std::optional<Answer> ask(libsync::testing::runtime& at, const Handle& whom, Parts&&... parts) {
  caf::scoped_actor self{at.system()};
  std::optional<Answer> came;
  const auto not_answered = [](caf::error& why) { UNSCOPED_INFO("error: " << to_string(why)); };
  constexpr bool enclosed = is_of_library<Handle> && !std::is_same_v<Answer, libsync::version>;
  auto pending = ask(self, for_caf(whom), std::forward<Parts>(parts)...);
  at.run();
  if constexpr (enclosed)
    hear(
        pending, [&](libsync::envelope& answer) { came = answer.as<Answer>(); }, not_answered);
  else
    hear(
        pending, [&](Answer& answer) { came = std::move(answer); }, not_answered);
  return came;
}
