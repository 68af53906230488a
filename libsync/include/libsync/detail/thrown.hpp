#pragma once

/// What was thrown, in words.

#include <exception>
#include <new>

#include "libsync/reason.hpp"

namespace libsync {

/// Returns what the exception that is being handled says; to be called in a catch clause. It throws
/// nothing itself: where there is no memory for the text, that is what it says.
[[nodiscard]] inline reason thrown() noexcept {
  constexpr auto no_memory = "out of memory";
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return reason::literal(no_memory);
  } catch (const std::exception& error) {
    try {
      return reason{error.what()};
    } catch (...) {
      return reason::literal(no_memory);
    }
  } catch (...) {
    return "something that is no std::exception"_reason;
  }
}

} // namespace libsync
