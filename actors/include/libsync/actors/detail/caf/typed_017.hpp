#pragma once

/// Typed interfaces and messages, as CAF 0.17 spells them.

#include "libsync/actors/detail/caf/version.hpp"

#if LIBSYNC_CAF_VERSION < 18

#include <type_traits>

#include <caf/all.hpp>

namespace libsync::detail::compat {

template <class... Inputs>
using reacts = caf::reacts_to<Inputs...>;

template <class Result, class... Inputs>
using replies = caf::typed_mpi<caf::detail::type_list<Inputs...>, caf::output_tuple<Result>>;

} // namespace libsync::detail::compat

// A message's first part: the type libsync::NAME_atom and the value libsync::NAME_atom_v. The text,
// of at most ten letters, is what CAF compares.
#define LIBSYNC_ATOM(name, text)                                                                   \
  namespace libsync {                                                                              \
  using name##_atom = caf::atom_constant<caf::atom(text)>;                                         \
  inline constexpr name##_atom name##_atom_v{};                                                    \
  }                                                                                                \
  static_assert(true)

#define LIBSYNC_BEGIN_MESSAGES static_assert(true)
#define LIBSYNC_END_MESSAGES static_assert(true)

#endif
