#pragma once

/// What a store must offer to keep the siblings of stateboxes.

#include <concepts>
#include <cstdint>
#include <string>
#include <vector>

namespace libsync {

/// A stored sibling. It is written once and never changed; another one takes its place.
struct sibling_row {
  /// Its name, which no other sibling has, or ever had.
  std::string id;
  /// The box as JSON.
  std::string text;
  /// The CRC-32 of key, id and text.
  std::uint32_t checksum = 0;

  friend bool operator==(const sibling_row&, const sibling_row&) = default;
};

using sibling_ids = std::vector<std::string>;

/// Keeps rows below keys. A key may be any string, and so may an id and a text. Each call is done
/// wholly or not at all, also when the process dies in it; and what it has done is there for
/// everybody who calls later. An error is a storage_error.
///
/// - `place()` names the store in errors, such as by its file.
/// - `keys()` returns all keys that have siblings, in ascending order.
/// - `read(key)` returns the siblings of a key, in ascending order of their ids.
/// - `replace(key, read, added)`: if the siblings of the key are those with the ids `read`, in
///   ascending order, and no others, it erases them, adds one unless `added` is null, and returns
///   true. Else it changes nothing and returns false.
/// - `put_beside(key, merged, added)` erases those of the ids `merged` that are still there, and
///   adds one beside all others.
///
/// So a hash of Redis for each key will do, with WATCH, HKEYS, MULTI, HDEL, HSET and EXEC.
template <class Rows>
concept sibling_rows = requires(Rows& rows, const std::string& key, const sibling_ids& ids,
                                const sibling_row& row) {
  { rows.place() } -> std::convertible_to<std::string>;
  { rows.keys() } -> std::same_as<std::vector<std::string>>;
  { rows.read(key) } -> std::same_as<std::vector<sibling_row>>;
  { rows.replace(key, ids, &row) } -> std::same_as<bool>;
  rows.put_beside(key, ids, row);
};

} // namespace libsync
