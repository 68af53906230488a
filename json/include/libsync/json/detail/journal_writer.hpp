#pragma once

/// Puts what is to be written into rows.

#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

#include "libsync/json/detail/journal_values.hpp"
#include "libsync/json/rows.hpp"
#include "libsync/json/text.hpp"
#include "libsync/protocol/batch.hpp"

namespace libsync::detail {

/// Returns how many bytes the text of the row has. Throws json_error.
inline std::uint64_t put_row(row_changes& into, row_table table, std::uint64_t key,
                             const nlohmann::json& value) {
  auto text = text_of(value, 0);
  const auto checksum = row_checksum(table, key, text);
  const auto bytes = text.size();
  into.put.push_back({table, key, std::move(text), checksum});
  return bytes;
}

/// A row for each run. Returns the bytes of all.
template <class Data>
std::uint64_t put_batch(row_changes& into, const batch<Data>& sent) {
  std::uint64_t bytes = 0;
  auto first = sent.first;
  const auto* op = sent.operations.data();
  identity_place<Data> who{sent.identities.begin()};
  for (const auto& part : sent.runs) {
    bytes += put_row(into, row_table::log, first,
                     write_run<Data>(part, who.get(), {op, part.operations}));
    first += part.versions();
    op += part.operations;
    who.advance();
  }
  return bytes;
}

} // namespace libsync::detail
