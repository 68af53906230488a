#pragma once

/// Measuring in a process of its own, so that nothing is left of the one before: memory above all.

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace bench {

/// Points of a curve, by ascending x.
using curve = std::vector<std::pair<double, double>>;

/// What one run has measured, by name; and a curve, if it has one.
struct figures : std::map<std::string, double> {
  using map::map;
  bench::curve curve;
};

/// Calls `measure` in a child process and returns its figures, with "peak_mib", the child's peak of
/// resident memory, added where it is missing. With `watch_memory` the curve is that of the
/// resident memory: MiB by seconds. The calling process must have one thread only. Throws
/// std::runtime_error with the child's own words if it throws or dies.
figures run_in_subprocess(const std::function<figures()>& measure, bool watch_memory = false);

/// Returns the resident memory of this process, now and at its peak, in MiB.
double resident_mib();
double peak_mib();

/// Returns an argument for a shell.
std::string quoted(const std::string& argument);

} // namespace bench
