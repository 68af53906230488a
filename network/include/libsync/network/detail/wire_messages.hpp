#pragma once

/// The messages between a relay and its server as bytes, and back. docs/wire.md describes them.
///
/// What is read may be forged. It is refused unless it is whole and consistent, so whoever takes it
/// needs no further check of its numbers. `Form` says how a user's values are written:
///
///     Form::write(std::span<const T>, std::string& to)
///     Form::template read<T>(std::string_view from, std::size_t count, const char* where)
///         -> std::vector<T>, or throws

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsync/network/detail/wire_bytes.hpp"

#include "libsync/detail/shared.hpp"
#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/protocol/relayed.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/reason.hpp"
#include "libsync/receipt.hpp"
#include "libsync/size_of.hpp"

namespace libsync::detail {

// Numbers of submissions and versions stay below this, so that sums do not wrap.
inline constexpr std::uint64_t most_numbered = std::uint64_t{1} << 62;

template <class Id>
Id read_id(wire_reader& from, const char* what) {
  return Id{from.number(what)};
}

inline void write_optional(wire_writer& to, const std::optional<std::uint64_t>& value) {
  to.flag(value.has_value());
  if (value)
    to.number(*value);
}
inline std::optional<std::uint64_t> read_optional(wire_reader& from, const char* what) {
  if (!from.flag(what))
    return std::nullopt;
  return from.number(what);
}

// Values of a user's, of which the reader knows how many there are.
template <class Form, class T>
void write_values(wire_writer& to, std::span<const T> all) {
  to.section([&](std::string& inside) { Form::write(all, inside); });
}
template <class Form, class T>
std::vector<T> read_values(wire_reader& from, const char* what, std::size_t count) {
  auto all = Form::template read<T>(from.text(what), count, what);
  if (all.size() != count)
    from.fail(what,
              "found " + std::to_string(all.size()) + " values, expected " + std::to_string(count));
  return all;
}

// An identity, or none.
template <class Form, class Data>
void write_identity(wire_writer& to, [[maybe_unused]] const identity_ptr<Data>& who) {
  if constexpr (names_identity<Data>) {
    to.flag(who != nullptr);
    if (who)
      write_values<Form, identity_of<Data>>(to, {who.get(), 1});
  }
}
template <class Form, class Data>
identity_ptr<Data> read_identity([[maybe_unused]] wire_reader& from) {
  if constexpr (names_identity<Data>) {
    if (!from.flag("identity"))
      return nullptr;
    auto one = read_values<Form, identity_of<Data>>(from, "identity", 1);
    return shared<const identity_of<Data>>(std::move(one.front()));
  } else {
    return {};
  }
}

inline reason read_reason(wire_reader& from) {
  const auto text = from.text("reason");
  if (text.find('\0') != text.npos)
    from.fail("reason", "found a zero byte");
  return reason{text};
}

inline void write(wire_writer& to, const receipt& what) {
  to.byte(static_cast<std::uint8_t>(what.what));
  to.number(what.version);
  to.text(what.reason.text());
}
inline receipt read_receipt(wire_reader& from) {
  const auto kind = from.byte("receipt");
  if (kind > static_cast<std::uint8_t>(receipt::kind::unknown))
    from.fail("receipt", "found the kind " + std::to_string(kind));
  receipt made;
  made.what = static_cast<receipt::kind>(kind);
  made.version = from.number("receipt's version");
  made.reason = read_reason(from);
  return made;
}

inline void write(wire_writer& to, const reply& what) {
  to.number(static_cast<std::uint64_t>(what.to));
  to.number(static_cast<std::uint64_t>(what.epoch));
  to.number(what.before);
  to.number(what.first);
  to.number(what.count);
  to.number(what.verdicts.size());
  auto next = what.first;
  for (const auto& one : what.verdicts) {
    to.number(one.number - next);
    to.number(one.count);
    write(to, one.what);
    next = one.end();
  }
}
inline reply read_reply(wire_reader& from) {
  reply made;
  made.to = read_id<client_id>(from, "reply's client");
  made.epoch = read_id<epoch_id>(from, "reply's epoch");
  made.before = from.number("reply's version", most_numbered);
  made.first = from.number("reply's first submission", most_numbered);
  made.count = static_cast<std::size_t>(from.number("reply's count", most_numbered));
  constexpr std::size_t least = 5;
  const auto listed = from.count("reply's verdicts", least);
  made.verdicts.reserve(listed);
  auto next = made.first;
  for (std::size_t i = 0; i != listed; ++i) {
    reply::verdict one;
    one.number = next + from.number("verdict's submission", made.end() - next);
    one.count = static_cast<std::size_t>(from.number("verdict's count", made.end() - one.number));
    if (one.count == 0)
      from.fail("verdict's count", "found 0");
    one.what = read_receipt(from);
    if (one.what.is_accepted() && one.count != 1)
      from.fail("verdict's count", "found several submissions that are one version");
    next = one.end();
    made.verdicts.push_back(std::move(one));
  }
  return made;
}

template <class Form, class Data>
void write(wire_writer& to, const parcel<Data>& what) {
  to.number(static_cast<std::uint64_t>(what.by));
  to.number(static_cast<std::uint64_t>(what.epoch));
  to.number(what.first);
  to.number(what.count);
  to.number(what.operations.size());
  to.number(what.shapes.size());
  std::size_t next = 0;
  for (const auto& one : what.shapes) {
    to.number(one.index - next);
    to.number(one.operations);
    to.flag(one.transaction);
    write_optional(to, one.unchanged_since);
    next = one.index + 1;
  }
  write_values<Form, typename Data::operation>(to, what.operations);
}
/// Reads one of at most `most` operations.
template <class Form, class Data>
parcel<Data> read_parcel(wire_reader& from, std::size_t most) {
  parcel<Data> made;
  made.by = read_id<client_id>(from, "parcel's client");
  made.epoch = read_id<epoch_id>(from, "parcel's epoch");
  made.first = from.number("parcel's first submission", most_numbered);
  made.count = static_cast<std::size_t>(from.number("parcel's count", 2 * most));
  const auto operations = static_cast<std::size_t>(from.number("parcel's operations", most));
  constexpr std::size_t least = 4;
  const auto shapes = from.count("parcel's shapes", least);
  if (shapes > made.count)
    from.fail("parcel's shapes", "found more than submissions");
  made.shapes.reserve(shapes);
  std::size_t next = 0;
  std::size_t expected = made.count - shapes;
  for (std::size_t i = 0; i != shapes; ++i) {
    submission_shape one;
    one.index = next + static_cast<std::size_t>(from.number("shape's place", made.count - next));
    if (one.index >= made.count)
      from.fail("shape's place", "found one behind the end");
    one.operations = static_cast<std::size_t>(from.number("shape's operations", most));
    one.transaction = from.flag("shape's transaction");
    if (!one.transaction && one.operations != 1)
      from.fail("shape's operations", "found several that are no transaction");
    one.unchanged_since = read_optional(from, "shape's version");
    expected += one.operations;
    next = one.index + 1;
    made.shapes.push_back(one);
  }
  if (expected != operations)
    from.fail("parcel's operations",
              "found " + std::to_string(operations) + ", expected " + std::to_string(expected));
  made.operations =
      read_values<Form, typename Data::operation>(from, "parcel's operations", operations);
  return made;
}

template <class Form, class Data>
void write(wire_writer& to, const batch<Data>& what) {
  to.number(static_cast<std::uint64_t>(what.epoch));
  to.number(what.first);
  to.number(what.operations.size());
  to.number(what.runs.size());
  identity_place<Data> who{what.identities.begin()};
  timestamp time = 0;
  for (const auto& one : what.runs) {
    to.number(static_cast<std::uint64_t>(one.by));
    to.number(one.number);
    to.number(std::uint64_t{one.operations} << 1 | (one.transaction ? 1 : 0));
    to.difference(one.time - time);
    write_identity<Form, Data>(to, who.get());
    who.advance();
    time = one.time;
  }
  write_values<Form, typename Data::operation>(to, what.operations);
}
template <class Form, class Data>
batch_ptr<Data> read_batch(wire_reader& from, std::size_t most) {
  auto made = shared<batch<Data>>();
  made->epoch = read_id<epoch_id>(from, "batch's epoch");
  made->first = from.number("batch's first version", most_numbered);
  if (made->first == 0)
    from.fail("batch's first version", "found 0");
  const auto operations = static_cast<std::size_t>(from.number("batch's operations", most));
  constexpr std::size_t least = 4;
  const auto runs = from.count("batch's runs", least);
  made->runs.reserve(runs);
  made->last = made->first - 1;
  std::size_t expected = 0;
  std::uint64_t time = 0; // which may wrap, if it is forged
  for (std::size_t i = 0; i != runs; ++i) {
    run one;
    one.by = read_id<client_id>(from, "run's client");
    one.number = from.number("run's first submission", most_numbered);
    const auto size = from.number("run's operations", 2 * std::uint64_t{most} + 1);
    one.operations = static_cast<std::size_t>(size >> 1);
    one.transaction = (size & 1) != 0;
    if (one.operations == 0)
      from.fail("run's operations", "found none");
    time += static_cast<std::uint64_t>(from.difference("run's time"));
    one.time = static_cast<timestamp>(time);
    const auto who = read_identity<Form, Data>(from);
    expected += one.operations;
    made->last += one.versions();
    made->bytes += sizeof one;
    made->identities.push(who);
    made->runs.push_back(one);
  }
  if (expected != operations || runs == 0)
    from.fail("batch's operations",
              "found " + std::to_string(operations) + ", expected " + std::to_string(expected));
  made->operations =
      read_values<Form, typename Data::operation>(from, "batch's operations", operations);
  made->bytes += amount_of(std::span<const typename Data::operation>{made->operations}).bytes;
  return made;
}

template <class Form, class Data>
void write(wire_writer& to, const join_request& what) {
  write_optional(to, what.known ? std::optional{static_cast<std::uint64_t>(*what.known)}
                                : std::nullopt);
  to.number(static_cast<std::uint64_t>(what.epoch));
  to.number(what.first_unanswered);
  to.number(what.attempt);
  to.flag(what.is_viewer);
  write_identity<Form, Data>(to, what.identity.template as<Data>());
}
/// Reads what a client asks by way of a relay.
template <class Form, class Data>
join_request read_join(wire_reader& from) {
  join_request made;
  if (const auto known = read_optional(from, "client"))
    made.known = client_id{*known};
  made.epoch = read_id<epoch_id>(from, "epoch");
  made.first_unanswered = from.number("first submission", most_numbered);
  made.attempt = from.number("attempt");
  made.is_viewer = from.flag("viewer");
  made.identity = read_identity<Form, Data>(from);
  made.is_relayed = true;
  return made;
}

/// Writes a welcome to a client behind a relay, which has neither a snapshot nor batches.
template <class Data>
void write(wire_writer& to, const welcome<Data>& what) {
  to.number(what.attempt);
  to.flag(what.refused.empty());
  if (!what.refused.empty())
    return to.text(what.refused.text());
  to.number(static_cast<std::uint64_t>(what.you));
  to.number(static_cast<std::uint64_t>(what.epoch));
  to.number(what.version);
  to.number(what.lag);
  to.number(what.lag_bytes);
  write(to, what.last_reply);
}
template <class Data>
welcome_ptr<Data> read_welcome(wire_reader& from) {
  auto made = shared<welcome<Data>>();
  made->attempt = from.number("welcome's attempt");
  if (!from.flag("welcome")) {
    made->refused = read_reason(from);
    if (made->refused.empty())
      from.fail("reason", "found none");
    return made;
  }
  made->you = read_id<client_id>(from, "welcome's client");
  made->epoch = read_id<epoch_id>(from, "welcome's epoch");
  made->version = from.number("welcome's version", most_numbered);
  made->lag = from.number("welcome's lag");
  made->lag_bytes = from.number("welcome's lag in bytes");
  made->last_reply = read_reply(from);
  return made;
}

inline void write(wire_writer& to, const follow_request& what) {
  to.number(what.attempt);
  to.number(static_cast<std::uint64_t>(what.epoch));
  write_optional(to, what.version);
}
inline follow_request read_follow(wire_reader& from) {
  follow_request made;
  made.attempt = from.number("attempt");
  made.epoch = read_id<epoch_id>(from, "epoch");
  made.version = read_optional(from, "version");
  return made;
}

} // namespace libsync::detail
