#pragma once

/// Deltas and texts as tests write them.

#include <stdexcept>
#include <string>

#include "libsync/text/delta_json.hpp"
#include "libsync/text/text.hpp"

/// Returns what a result holds; throws std::logic_error with the reason if it holds nothing.
template <class T>
T value_of(libsync::result<T> from) {
  if (!from)
    throw std::logic_error(from.reason());
  return *std::move(from);
}

/// Returns the delta that is written as JSON.
inline libsync::delta operator""_delta(const char* json, std::size_t size) {
  return value_of(libsync::read_delta({json, size}));
}

inline libsync::text operator""_text(const char* utf8, std::size_t size) {
  return value_of(libsync::text::read({utf8, size}));
}

/// Returns the text after a delta; throws std::logic_error if that does not fit.
inline libsync::text after(libsync::text from, const libsync::delta& change) {
  if (const auto done = apply_delta(from, change); !done)
    throw std::logic_error(done.reason());
  return from;
}
