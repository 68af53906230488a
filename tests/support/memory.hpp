#pragma once

#include <unistd.h>

#include <cstddef>
#include <fstream>

/// Whether a sanitizer watches, so that memory figures say nothing.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

/// Returns the bytes of memory that this process holds now.
inline std::size_t resident_bytes() {
  std::size_t total = 0;
  std::size_t resident = 0;
  std::ifstream{"/proc/self/statm"} >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// Returns the bytes that were taken by `operator new`, on all threads, and not given back yet.
/// (support/failing.cpp counts them.)
std::ptrdiff_t outstanding_bytes() noexcept;

/// By how much `outstanding_bytes` may differ though nothing was left behind: what is taken for one
/// size is not always equally large.
inline constexpr std::ptrdiff_t size_noise = 4096;
