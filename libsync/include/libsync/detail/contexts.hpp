#pragma once

/// The contexts of operations that were accepted.

#include "libsync/context.hpp"
#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/reducer.hpp"

namespace libsync::detail {

/// Returns the contexts of operations of a run, of which the next makes version `first`; nothing of
/// use if the reducer takes none.
template <class Data>
context_run<Data> contexts_of([[maybe_unused]] const run& part,
                              [[maybe_unused]] const identity_ptr<Data>& who,
                              [[maybe_unused]] version first) {
  if constexpr (takes_context<Data>)
    return {{part.by, part.time, first, false, who}, part.transaction};
  else
    return {};
}

/// The same of one submission.
template <class Data>
context_run<Data> contexts_of([[maybe_unused]] const accepted_submission<Data>& one) {
  if constexpr (takes_context<Data>)
    return {{one.by, one.time, one.version, false, one.identity}, true};
  else
    return {};
}

} // namespace libsync::detail
