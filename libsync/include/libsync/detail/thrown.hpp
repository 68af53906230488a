#pragma once

/// Describes an exception in words.

#include <exception>
#include <new>
#include <string>

#include "libsync/reason.hpp"

namespace libsync::detail {

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
    return "a non-std::exception"_reason;
  }
}

/// Returns what `make()` says; where that throws, as it may when memory has run out, `otherwise`.
template <class Make>
[[nodiscard]] reason try_to_say(Make make, reason otherwise) noexcept {
  try {
    return make();
  } catch (...) {
    return otherwise;
  }
}

/// Names the exception that is being handled, as "threw: ...". For use in a catch clause only.
[[nodiscard]] inline reason what_was_thrown() noexcept {
  return try_to_say([] { return reason{std::string{"threw: "} + thrown()}; },
                    "threw: out of memory"_reason);
}

} // namespace libsync::detail
