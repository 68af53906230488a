#pragma once

/// Stateboxes as JSON text.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsync/detail/crc32.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/json/data.hpp"
#include "libsync/json/text.hpp"
#include "libsync/result.hpp"
#include "libsync/statebox/detail/box_parts.hpp"
#include "libsync/statebox/event.hpp"
#include "libsync/statebox/knowledge.hpp"
#include "libsync/statebox/stamp.hpp"
#include "libsync/statebox/statebox.hpp"

namespace libsync {

inline void to_json(nlohmann::json& to, const stamp& from) {
  to = {from.time, static_cast<std::uint64_t>(from.by)};
}

inline void from_json(const nlohmann::json& from, stamp& to) {
  const auto& both = detail::array_of(2, from);
  to.time = detail::read_element<timestamp>(both, 0);
  to.by = origin{detail::read_element<std::uint64_t>(both, 1)};
}

template <class Operation, class Timestamp>
void to_json(nlohmann::json& to, const event<Operation, Timestamp>& from) {
  to_json(to, from.what);
  to["time"] = detail::write(from.time);
}

template <class Operation, class Timestamp>
void from_json(const nlohmann::json& from, event<Operation, Timestamp>& to) {
  to.what = detail::read_one_or_many<Operation>(from, {"time"});
  to.time = detail::read_member<Timestamp>(from, "time");
}

inline void to_json(nlohmann::json& to, const known_origin& from) {
  to = {static_cast<std::uint64_t>(from.by), from.seen, from.dropped};
}

inline void from_json(const nlohmann::json& from, known_origin& to) {
  const auto& all = detail::array_of(3, from);
  to.by = origin{detail::read_element<std::uint64_t>(all, 0)};
  to.seen = detail::read_element<timestamp>(all, 1);
  to.dropped = detail::read_element<timestamp>(all, 2);
}

inline void to_json(nlohmann::json& to, const known_group& from) {
  to = {from.name, from.dropped};
}

inline void from_json(const nlohmann::json& from, known_group& to) {
  const auto& both = detail::array_of(2, from);
  to.name = detail::read_element<std::uint64_t>(both, 0);
  to.dropped = detail::read_element<timestamp>(both, 1);
}

inline void to_json(nlohmann::json& to, const knowledge& from) {
  to = {{"origins", detail::write(from.origins)},
        {"groups", detail::write(from.groups)},
        {"folded_until", from.folded_until},
        {"cut", from.cut},
        {"forgotten", from.may_have_lost}};
}

inline void from_json(const nlohmann::json& from, knowledge& to) {
  constexpr std::array names{"origins", "groups", "folded_until", "cut", "forgotten"};
  detail::expect_members(from, names);
  to.origins = detail::read_member<std::vector<known_origin>>(from, names[0]);
  to.groups = detail::read_member<std::vector<known_group>>(from, names[1]);
  to.folded_until = detail::read_member<timestamp>(from, names[2]);
  to.cut = detail::read_member<stamp>(from, names[3]);
  to.may_have_lost = detail::read_member<bool>(from, names[4]);
}

namespace detail {

/// Throws json_error for the first part that is not as it was written.
inline void check_sums(const nlohmann::json& all, const std::vector<std::string_view>& names) {
  const auto expected = read_member<std::vector<std::uint32_t>>(all, "checksums");
  if (expected.size() != names.size())
    throw json_error{"checksums: expected " + std::to_string(names.size()) + ", found " +
                     std::to_string(expected.size())};
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    sum = detail::crc32(all.find(names[i])->dump(), sum);
    if (sum != expected[i])
      throw json_error{std::string{names[i]} + ": it is not what was written: its checksum is " +
                       std::to_string(sum) + ", expected " + std::to_string(expected[i])};
  }
}

/// The number of the form that is written now.
inline constexpr int statebox_form = 1;

} // namespace detail

/// Returns a box as JSON text, on one line:
///
///     {"statebox": 1, "last_modified": ..., "value": ..., "queue": [event, ...], "known": ...,
///      "checksums": [...]}
///
/// An event is {"one": operation, "time": time} or {"list": [...], "time": time}. The time is a
/// number, for stamps [time, origin]; only with stamps there is `known`. There is a checksum for
/// each of the parts from `last_modified` on, in this order: the CRC-32 of its text (without
/// blanks, members in the order of their names), which goes on from that of the part before it.
///
/// Let the queue expire, or truncate it, before a box is stored; else the text grows with every
/// change there ever was. It must hold what some sibling may not have seen.
///
/// The value and its operations are ready-made (data.hpp) or have nlohmann-json's `to_json` and
/// `from_json`; alternatives of a std::variant need just their own (see detail::write). What has no
/// JSON text is an error that names the place: a string that is not UTF-8, a number that is not
/// finite, nesting deeper than `most_nested_json`, or what a `to_json` throws.
template <class Data, class Timestamp, std::size_t Origins>
[[nodiscard]] result<std::string> write_json(const statebox<Data, Timestamp, Origins>& box) {
  try {
    std::string text = "{\"statebox\":" + std::to_string(detail::statebox_form);
    std::vector<std::uint32_t> checksums{0};
    detail::visit_parts(box.to_parts(), [&](std::string_view name, const auto& part) {
      const auto written =
          detail::within(name, [&] { return detail::text_of(detail::write(part), 1); });
      checksums.push_back(detail::crc32(written, checksums.back()));
      text.append(",\"").append(name).append("\":").append(written);
    });
    checksums.erase(checksums.begin());
    return text + ",\"checksums\":" + nlohmann::json(checksums).dump() + '}';
  } catch (...) {
    return result<std::string>::failed(detail::thrown());
  }
}

/// Returns the box that was written so, or what is wrong with the text, and where. A text that was
/// cut off or damaged is refused: the checksums tell also what might have been another box. Blanks
/// and line breaks between the parts may be others than were written.
///
///     auto read = libsync::read_json<libsync::statebox<data>>(text);
template <class Box>
[[nodiscard]] result<Box> read_json(std::string_view text) {
  try {
    const auto all = detail::parse(text);
    typename Box::parts parts;
    std::vector<std::string_view> names;
    detail::visit_parts(parts, [&](std::string_view name, auto&) { names.push_back(name); });
    auto members = names;
    members.insert(members.end(), {"statebox", "checksums"});
    detail::expect_members(all, members);
    if (const auto form = detail::read_member<int>(all, "statebox"); form != detail::statebox_form)
      throw json_error{"statebox: form " + std::to_string(form) + ", expected " +
                       std::to_string(detail::statebox_form)};
    detail::visit_parts(parts, [&]<class Part>(std::string_view name, Part& part) {
      part = detail::read_member<Part>(all, name);
    });
    detail::check_sums(all, names);
    return Box::from(std::move(parts));
  } catch (...) {
    return result<Box>::failed(detail::thrown());
  }
}

} // namespace libsync
