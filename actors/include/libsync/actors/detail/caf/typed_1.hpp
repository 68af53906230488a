#pragma once

/// Typed interfaces and messages, as CAF 0.18 to 1.x spells them.

#include "libsync/actors/detail/caf/version.hpp"

#if LIBSYNC_CAF_VERSION >= 18

#include <caf/all.hpp>
#include <caf/type_id.hpp>

namespace libsync::detail::compat {

template <class... Inputs>
using reacts = caf::result<void>(Inputs...);

template <class Result, class... Inputs>
using replies = caf::result<Result>(Inputs...);

} // namespace libsync::detail::compat

/// CAF numbers all types that stand in messages. These are the numbers of libsync's, about forty
/// from here on. A program whose own types are in the way says so where libsync is built.
#ifndef LIBSYNC_FIRST_TYPE_ID
#define LIBSYNC_FIRST_TYPE_ID 1200
#endif

// A message's first part: the type libsync::NAME_atom and the value libsync::NAME_atom_v.
#define LIBSYNC_ATOM(name, text)                                                                   \
  CAF_ADD_ATOM(libsync, libsync, name##_atom)                                                      \
  static_assert(true)

// All contents are envelopes, so that nobody who shares data need give a type of theirs a number.
#define LIBSYNC_BEGIN_MESSAGES                                                                     \
  CAF_BEGIN_TYPE_ID_BLOCK(libsync, LIBSYNC_FIRST_TYPE_ID)                                          \
  CAF_ADD_TYPE_ID(libsync, (libsync::envelope))                                                    \
  static_assert(true)
#define LIBSYNC_END_MESSAGES                                                                       \
  CAF_END_TYPE_ID_BLOCK(libsync)                                                                   \
  static_assert(true)

#endif
