#pragma once

/// What happens to siblings in a check of stateboxes.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "libsync/ids.hpp"
#include "libsync/statebox/composite.hpp"

#include "libsync/testing/as_code.hpp"

namespace libsync::testing {

/// One step of a check. Siblings are numbered from 0 on.
template <class Data>
struct box_event {
  using operation = typename Data::operation;

  enum class kind : std::uint8_t { change, tell, merge, expire, truncate };

  kind what = kind::change;
  std::size_t sibling = 0;
  /// The other sibling, the time, the age, or the number of events.
  std::int64_t number = 0;
  composite<operation> change_made = {};

  /// A sibling is changed at this time, in milliseconds. The event is left out if the sibling was
  /// changed then or later, or refuses the change.
  [[nodiscard]] static box_event change(std::size_t sibling, timestamp when,
                                        composite<operation> what) {
    return {kind::change, sibling, when, std::move(what)};
  }
  /// It takes an update from another, or the whole box if an update is not enough.
  [[nodiscard]] static box_event tell(std::size_t sibling, std::size_t from) {
    return {kind::tell, sibling, static_cast<std::int64_t>(from)};
  }
  /// It merges another with itself.
  [[nodiscard]] static box_event merge(std::size_t sibling, std::size_t other) {
    return {kind::merge, sibling, static_cast<std::int64_t>(other)};
  }
  /// It drops events that are older than its last change by more than `age` milliseconds.
  [[nodiscard]] static box_event expire(std::size_t sibling, timestamp age) {
    return {kind::expire, sibling, age};
  }
  /// It drops all but the newest events.
  [[nodiscard]] static box_event truncate(std::size_t sibling, std::int64_t count) {
    return {kind::truncate, sibling, count};
  }
};

namespace detail {

template <class Op, class Print>
std::string change_as_code(const composite<Op>& what, const Print& print) {
  if (const auto* one = what.one())
    return print(*one);
  std::string text = type_name<composite<Op>>() + "::list{";
  const char* between = "";
  for (const auto& one : *what.many()) {
    text += between + change_as_code(one, print);
    between = ", ";
  }
  return text + '}';
}

/// Returns the call that makes the event, of a type `event`.
template <class Data, class Print>
std::string event_as_code(const box_event<Data>& one, const Print& print) {
  constexpr const char* names[] = {"change", "tell", "merge", "expire", "truncate"};
  std::string text = std::string{"event::"} + names[static_cast<std::size_t>(one.what)] + '(' +
                     std::to_string(one.sibling) + ", " + std::to_string(one.number);
  if (one.what == box_event<Data>::kind::change)
    text += ", " + change_as_code(one.change_made, print);
  return text + ')';
}

} // namespace detail
} // namespace libsync::testing
