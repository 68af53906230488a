#pragma once

/// How jobs run that nothing runs by itself, in any version of CAF.

#include <caf/all.hpp>

namespace libsync::testing {

/// What is to run after a step.
enum class after { again, nothing };

/// Lets a job take one step, by what CAF runs jobs with.
template <class Runner>
after resume_once(caf::resumable* one, Runner* by) {
  switch (one->resume(by, 1)) {
  case caf::resumable::resume_later:
    return after::again;
  case caf::resumable::done:
  case caf::resumable::awaiting_message:
    caf::intrusive_ptr_release(one);
    break;
  case caf::resumable::shutdown_execution_unit:
    break;
  }
  return after::nothing;
}

/// Runs the jobs of a scheduler until there are none.
template <class Scheduler>
void run_out(Scheduler& of) {
  while (!of.jobs.empty()) {
    auto* const one = of.jobs.front();
    of.jobs.pop_front();
    if (of.run(one) == after::again)
      of.jobs.push_back(one);
  }
}

} // namespace libsync::testing
