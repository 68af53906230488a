#pragma once

/// Chooses how the version of CAF at hand is kept from running anything by itself. Each of the two
/// files offers a `manual_system`:
///
///     caf::actor_system& system();
///     manual_scheduler& scheduler();
///         std::deque<caf::resumable*> jobs;   // what is to run, in the order of the calls
///         after run(caf::resumable*);         // lets one actor handle one message
///     still_clock& clock();
///         time_point now();
///         std::optional<time_point> next_timer();
///         void advance_to(time_point);
///         void drop_timers();

#include "libsync/actors/detail/caf/version.hpp"

#if LIBSYNC_CAF_VERSION < 100
#include "on_caf/system_017.hpp"
#else
#include "on_caf/system_1.hpp"
#endif
