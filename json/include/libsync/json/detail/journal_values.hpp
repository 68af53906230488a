#pragma once

/// The rows of a journal: what a server decides, as JSON.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "libsync/effects.hpp"
#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/json/codec.hpp"
#include "libsync/json/journal_settings.hpp"
#include "libsync/json/read.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/receipt.hpp"
#include "libsync/stored_state.hpp"
#include "libsync/timers.hpp"

namespace libsync::detail {

inline constexpr std::array<std::string_view, 5> kinds_of_receipt{
    "accepted", "refused", "overloaded", "unknown", "undecided"};

[[nodiscard]] inline nlohmann::json write_reply(const reply& from) {
  auto verdicts = nlohmann::json::array();
  for (const auto& one : from.verdicts)
    verdicts.push_back({one.number, one.count,
                        kinds_of_receipt.at(static_cast<std::size_t>(one.what.what)),
                        one.what.version, std::string{one.what.reason}});
  return {from.before, from.first, from.count, std::move(verdicts)};
}

[[nodiscard]] inline receipt::kind read_kind_of_receipt(const nlohmann::json& from) {
  const auto name = from.get<std::string>();
  for (std::size_t i = 0; i != kinds_of_receipt.size(); ++i)
    if (kinds_of_receipt.at(i) == name)
      return static_cast<receipt::kind>(i);
  throw json_error{"there is no receipt `" + name.substr(0, 100) + '`'};
}

[[nodiscard]] inline reply read_reply(const nlohmann::json& from, client_id to, epoch_id epoch) {
  const auto& parts = array_of(4, from);
  reply made{to,
             epoch,
             read_element<version>(parts, 0),
             read_element<submission_number>(parts, 1),
             read_element<std::size_t>(parts, 2),
             {}};
  within(std::size_t{3}, [&] {
    if (!parts[3].is_array())
      fail_expecting("an array", parts[3]);
    for (std::size_t i = 0; i != parts[3].size(); ++i)
      within(i, [&] {
        const auto& one = array_of(5, parts[3][i]);
        receipt what{within(std::size_t{2}, [&] { return read_kind_of_receipt(one[2]); }),
                     read_element<version>(one, 3), read_element<std::string>(one, 4)};
        made.verdicts.push_back({read_element<submission_number>(one, 0), std::move(what),
                                 read_element<std::size_t>(one, 1)});
      });
  });
  return made;
}

template <class Data>
[[nodiscard]] nlohmann::json write_identity(const identity_ptr<Data>& who) {
  if constexpr (names_identity<Data>)
    return who ? stored_form<identity_of<Data>>::write(*who) : nlohmann::json{};
  else
    return {};
}

template <class Data, class Reader>
[[nodiscard]] identity_ptr<Data> read_identity([[maybe_unused]] const nlohmann::json& from,
                                               [[maybe_unused]] const Reader& reader) {
  if constexpr (names_identity<Data>)
    return from.is_null()
               ? nullptr
               : std::make_shared<const identity_of<Data>>(
                     reader.template read<identity_of<Data>>(stored_kind::identity, from));
  else
    return {};
}

template <class Data>
[[nodiscard]] nlohmann::json write_operations(std::span<const typename Data::operation> all) {
  auto made = nlohmann::json::array();
  for (const auto& one : all)
    made.push_back(stored_form<typename Data::operation>::write(one));
  return made;
}

/// A run of accepted operations, with the members `by`, `number`, `time`, `operations`, and, where
/// there are any, `together` and `identity`.
template <class Data>
[[nodiscard]] nlohmann::json write_run(const run& from, const identity_ptr<Data>& who,
                                       std::span<const typename Data::operation> operations) {
  nlohmann::json to{{"by", static_cast<std::uint64_t>(from.by)},
                    {"number", from.number},
                    {"time", from.time},
                    {"operations", write_operations<Data>(operations)}};
  if (from.transaction)
    to["together"] = true;
  if (auto identity = write_identity<Data>(who); !identity.is_null())
    to["identity"] = std::move(identity);
  return to;
}

/// Reads a run as a batch of its own. Throws json_error.
template <class Data, class Reader>
[[nodiscard]] std::shared_ptr<batch<Data>> read_run(const nlohmann::json& from, epoch_id epoch,
                                                    version first, const Reader& reader) {
  using operation = typename Data::operation;
  if (!from.is_object())
    fail_expecting("an object", from);
  for (const auto& [name, member] : from.items())
    if (name != "by" && name != "number" && name != "time" && name != "operations" &&
        name != "together" && name != "identity")
      throw json_error{"unexpected member `" + name.substr(0, 100) + '`'};
  for (const char* name : {"by", "number", "time", "operations"})
    if (!from.contains(name))
      throw json_error{std::string{"expected a member `"} + name + '`'};
  auto made = std::make_shared<batch<Data>>();
  made->epoch = epoch;
  made->first = first;
  made->last = first - 1;
  const bool together = from.contains("together") && read_member<bool>(from, "together");
  identity_ptr<Data> who{};
  if (from.contains("identity"))
    who = within("identity", [&] { return read_identity<Data>(from["identity"], reader); });
  const auto& all = from["operations"];
  within("operations", [&] {
    if (!all.is_array() || all.empty())
      throw json_error{"expected an array that is not empty"};
    for (std::size_t i = 0; i != all.size(); ++i)
      made->operations.push_back(within(
          i, [&] { return reader.template read<operation>(stored_kind::operation, all[i]); }));
  });
  made->bytes += amount_of(std::span<const operation>{made->operations}).bytes;
  append(*made,
         run{client_id{read_member<std::uint64_t>(from, "by")},
             read_member<submission_number>(from, "number"), made->operations.size(), together,
             read_member<timestamp>(from, "time")},
         who);
  return made;
}

template <class Data>
[[nodiscard]] nlohmann::json write_client(const stored_client<Data>& from, std::uint64_t life) {
  nlohmann::json to{{"next", from.next}, {"last", write_reply(from.last)}, {"life", life}};
  if (auto identity = write_identity<Data>(from.identity); !identity.is_null())
    to["identity"] = std::move(identity);
  return to;
}

template <class Data, class Reader>
[[nodiscard]] stored_client<Data> read_client(const nlohmann::json& from, client_id id,
                                              epoch_id epoch, const Reader& reader) {
  if (!from.is_object() || !from.contains("next") || !from.contains("last"))
    throw json_error{"expected an object with the members `next` and `last`"};
  stored_client<Data> made{read_member<submission_number>(from, "next"),
                           within("last", [&] { return read_reply(from["last"], id, epoch); }),
                           {}};
  if (from.contains("identity"))
    made.identity =
        within("identity", [&] { return read_identity<Data>(from["identity"], reader); });
  return made;
}

template <class Data>
[[nodiscard]] nlohmann::json write_timer(const stored_timer<Data>& from) {
  return {{"name", from.name},
          {"time", from.time},
          {"operation", stored_form<typename Data::operation>::write(from.op)}};
}

template <class Data, class Reader>
[[nodiscard]] stored_timer<Data> read_timer(const nlohmann::json& from, const Reader& reader) {
  expect_members(from, std::to_array<std::string_view>({"name", "time", "operation"}));
  return {read_member<std::string>(from, "name"), read_member<timestamp>(from, "time"),
          within("operation", [&] {
            return reader.template read<typename Data::operation>(stored_kind::operation,
                                                                  from["operation"]);
          })};
}

} // namespace libsync::detail
