#pragma once

/// Stored siblings with checksums, and how errors name them.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libsync/detail/crc32.hpp"
#include "libsync/json/data.hpp"
#include "libsync/json/sibling_rows.hpp"
#include "libsync/statebox/stamp.hpp"
#include "libsync/storage_error.hpp"

namespace libsync::detail {

/// Returns the checksum of a sibling at its key. So rows whose keys or ids were exchanged are
/// damaged, too.
[[nodiscard]] inline std::uint32_t checksum_of(const std::string& key, const sibling_row& row) {
  constexpr std::string_view between{"\0", 1};
  const auto name = crc32(row.id, crc32(between, crc32(key)));
  return crc32(row.text, crc32(between, name));
}

[[nodiscard]] inline sibling_row seal(const std::string& key, std::string id, std::string text) {
  sibling_row row{std::move(id), std::move(text), 0};
  row.checksum = checksum_of(key, row);
  return row;
}

/// Returns where a key is. It may be any bytes, and errors are text.
[[nodiscard]] inline std::string place_of(const std::string& store, const std::string& key) {
  return store + ": key " +
         nlohmann::json(key).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Throws if a row is not what was written at `place`.
inline void check_seal(const std::string& place, const std::string& key, const sibling_row& row) {
  if (const auto sum = checksum_of(key, row); sum != row.checksum)
    throw storage_error{storage_failure::damaged,
                        place + ": it is not what was written: its checksum is " +
                            std::to_string(sum) + ", expected " + std::to_string(row.checksum)};
}

/// Returns a name that no other sibling has: 16 digits for the connection, and a number.
[[nodiscard]] inline std::string sibling_id(origin connection, std::uint64_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string id;
  for (int shift = 60; shift >= 0; shift -= 4)
    id += digits[static_cast<std::uint64_t>(connection) >> shift & 15];
  return id + '-' + std::to_string(number);
}

[[nodiscard]] inline sibling_ids ids_of(const std::vector<sibling_row>& rows) {
  sibling_ids ids;
  for (const auto& row : rows)
    ids.push_back(row.id);
  return ids;
}

/// Returns ids as "a, b and c".
[[nodiscard]] inline std::string list_of(const sibling_ids& ids) {
  std::string all;
  for (std::size_t i = 0; i < ids.size(); ++i)
    all += (i == 0 ? "" : i + 1 < ids.size() ? ", " : " and ") + ids[i];
  return all;
}

} // namespace libsync::detail
