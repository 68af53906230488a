#pragma once

/// CAF's `inspect` for stateboxes and their updates. With it a program sends them by value from one
/// actor system to another.
///
/// Ready-made data have an `inspect` (inspect_data.hpp). A user's own type brings one for the data
/// and one for its operations, or for each alternative of a std::variant of these. With CAF 0.17
/// each system names the type of the box in its configuration:
///
///     config.add_message_type<libsync::statebox<data, libsync::stamp>>("box");
///
/// With later versions the program adds the type to a block by CAF_ADD_TYPE_ID.
///
/// Let the queue expire, or truncate it, before a box is sent or stored. Otherwise the queue grows
/// with every change. It must hold the events that the receiver may not have seen.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "libsync/actors/detail/caf/bytes.hpp"
#include "libsync/actors/inspect_data.hpp"
#include "libsync/detail/crc32.hpp"
#include "libsync/statebox/detail/box_parts.hpp"
#include "libsync/statebox/event.hpp"
#include "libsync/statebox/knowledge.hpp"
#include "libsync/statebox/stamp.hpp"
#include "libsync/statebox/statebox.hpp"
#include "libsync/statebox/update.hpp"

namespace libsync::detail {

template <compat::inspector Inspector>
caf::error transfer_own(own, Inspector& with, stamp& when) {
  return transfer_members(with, "time", when.time, "by", when.by);
}

template <compat::inspector Inspector, class Operation, class Timestamp>
caf::error transfer_own(own, Inspector& with, event<Operation, Timestamp>& one) {
  return transfer_members(with, "time", one.time, "what", one.what);
}

template <compat::inspector Inspector>
caf::error transfer_own(own, Inspector& with, known_origin& one) {
  return transfer_members(with, "by", one.by, "seen", one.seen, "dropped", one.dropped);
}

template <compat::inspector Inspector>
caf::error transfer_own(own, Inspector& with, known_group& one) {
  return transfer_members(with, "name", one.name, "dropped", one.dropped);
}

template <compat::inspector Inspector>
caf::error transfer_own(own, Inspector& with, knowledge& known) {
  return transfer_members(with, "origins", known.origins, "groups", known.groups, "folded_until",
                          known.folded_until, "cut", known.cut, "forgotten", known.may_have_lost);
}

/// The number of the form in which boxes are sent now.
inline constexpr std::uint8_t sent_form = 1;

/// A part of a box travels as its checksum and its bytes. The checksum goes on from that of the
/// part before it.
template <compat::inspector Inspector, class Part>
caf::error send_part(Inspector& with, const Part& part, std::uint32_t& sum) {
  std::string bytes;
  if (auto failed = compat::to_bytes(compat::context_of(with), bytes,
                                     [&](auto& into) { return write(into, part); }))
    return failed;
  if (bytes.size() > std::numeric_limits<std::uint32_t>::max())
    return compat::error_at("", "more than 4 GiB cannot be sent");
  sum = crc32(bytes, sum);
  if (auto failed = compat::inspect_value(with, sum))
    return failed;
  return compat::inspect_bytes(with, bytes);
}

// Nothing is read of bytes that are damaged.
template <compat::inspector Inspector, class Part>
caf::error receive_part(Inspector& with, Part& part, std::uint32_t& sum) {
  std::uint32_t expected = 0;
  std::string bytes;
  if (auto failed = compat::inspect_value(with, expected))
    return failed;
  if (auto failed = compat::inspect_bytes(with, bytes))
    return failed;
  sum = crc32(bytes, sum);
  if (sum != expected)
    return compat::error_at("", "its " + std::to_string(bytes.size()) +
                                    " bytes are not what was sent: their checksum is " +
                                    std::to_string(sum) + ", expected " + std::to_string(expected));
  std::size_t left = 0;
  const auto failed = compat::from_bytes(
      compat::context_of(with), bytes, [&](auto& from) { return transfer(from, part); }, left);
  const auto at_byte = [&] {
    return "at byte " + std::to_string(bytes.size() - left) + " of " + std::to_string(bytes.size());
  };
  if (failed) {
    auto [place, reason] = compat::place_and_reason(failed);
    return compat::error_at(std::move(place), at_byte() + ": " + reason);
  }
  if (left > 0)
    return compat::error_at("", at_byte() + ": expected its end");
  return {};
}

template <compat::inspector Inspector, class Parts>
caf::error transfer_parts(Inspector& with, Parts& parts) {
  std::uint8_t form = sent_form;
  if (auto failed = compat::inspect_value(with, form))
    return at_place("form", failed);
  if (form != sent_form)
    return compat::error_at("form", "it is " + std::to_string(form) + ", expected " +
                                        std::to_string(sent_form));
  std::uint32_t sum = 0;
  caf::error failed;
  visit_parts(parts, [&](const char* name, auto& part) {
    if (failed)
      return;
    if constexpr (compat::reads<Inspector>)
      failed = at_place(name, receive_part(with, part, sum));
    else
      failed = at_place(name, send_part(with, part, sum));
  });
  return failed;
}

// One string, which begins with what it is.
inline caf::error named(const char* what, const caf::error& why) {
  if (!why)
    return {};
  const auto [place, reason] = compat::place_and_reason(why);
  return compat::error_of(std::string{what} + ": " + place + ": " + reason);
}

/// Writes a box, or reads one. What is read is refused, and the box left as it was, if it is cut
/// off or damaged, which checksums tell; if it is nested too deep; or if it is not what
/// statebox::from takes. The error is caf::sec::invalid_argument with one string that names the
/// part, the place in it and the byte, such as
///
///     statebox: queue[3].what: at byte 17 of 40: found the kind 9, expected one below 2
template <compat::inspector Inspector, class Data, class Timestamp, std::size_t Origins>
caf::error transfer_own(own, Inspector& with, statebox<Data, Timestamp, Origins>& box) {
  using box_type = statebox<Data, Timestamp, Origins>;
  if constexpr (!compat::reads<Inspector>) {
    return named("statebox", transfer_parts(with, box.to_parts()));
  } else {
    typename box_type::parts parts;
    if (auto failed = transfer_parts(with, parts))
      return named("statebox", failed);
    auto made = box_type::from(std::move(parts));
    if (!made)
      return compat::error_of("statebox: " + made.reason());
    box = *std::move(made);
    return {};
  }
}

/// Writes an update, or reads one, with the same errors, which begin with `update`. Whether it is
/// whole is for `apply_update` to check.
template <compat::inspector Inspector, class Data, std::size_t Origins>
caf::error transfer_own(own, Inspector& with, update<Data, Origins>& told) {
  if constexpr (!compat::reads<Inspector>) {
    return named("update", transfer_parts(with, std::as_const(told)));
  } else {
    update<Data, Origins> came;
    if (auto failed = transfer_parts(with, came))
      return named("update", failed);
    told = std::move(came);
    return {};
  }
}

} // namespace libsync::detail
