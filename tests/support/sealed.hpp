#pragma once

/// The bytes of what is sent by CAF's inspectors, part by part, read and written without any
/// framework of tests.

#include <cstdint>
#include <string>
#include <vector>

#include "libsync/actors/detail/caf/bytes.hpp"
#include "libsync/actors/inspect_statebox.hpp"
#include "libsync/detail/crc32.hpp"
#include "support/notes.hpp"
#include "support/wire.hpp"

// What a user writes so that notes can be sent.
namespace notes {

template <class Inspector>
auto inspect(Inspector& with, write& op) {
  return wire::members(with, op.line);
}

template <class Inspector>
auto inspect(Inspector& with, tag& op) {
  return wire::members(with, op.what);
}

template <class Inspector>
auto inspect(Inspector& with, page& data) {
  return wire::members(with, data.lines, data.tags, data.weight);
}

} // namespace notes

namespace wire {

inline std::string text_of(const caf::error& why) {
  return why ? libsync::detail::compat::place_and_reason(why).second : "";
}

/// Returns what is wrong with the bytes; nothing if they were read.
template <class T>
std::string read(const bytes& from, T& into) {
  return text_of(reader{from}.get(into));
}

/// Appends a value to bytes. Returns what is wrong with it; nothing if it was written.
template <class T>
std::string write(T value, bytes& into) {
  return text_of(writer{into}.put(value));
}

/// Appends parts with the checksums that belong to them, as a box of these parts is sent. Returns
/// what is wrong, if anything is.
inline std::string seal(std::uint8_t form, std::vector<std::string> parts, bytes& into) {
  writer to{into};
  std::uint32_t sum = 0;
  auto failed = to.put(form);
  for (auto& part : parts) {
    sum = libsync::detail::crc32(part, sum);
    if (!failed)
      failed = to.put(sum, part);
  }
  return text_of(failed);
}

} // namespace wire
