#pragma once

/// A change of the data, as observers receive it.

#include <cstdint>
#include <functional>

#include "libsync/protocol/batch.hpp"

namespace libsync {

/// One step of a copy: the submission that led to a version, and the data of that version. If a
/// snapshot replaced the data, there is no submission, and `operations` is empty.
template <class Data>
struct change : accepted_submission<Data> {
  const Data& data;
};

/// A function that is called with each change, in order, on the thread that applies it. The
/// reference to the data is valid during the call.
template <class Data>
using observer = std::function<void(const change<Data>&)>;

/// Names an observer, so that it can be taken off again; 0 names none.
enum class observer_id : std::uint64_t { none = 0 };

} // namespace libsync
