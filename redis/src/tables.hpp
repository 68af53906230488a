#pragma once

// How the rows of a journal lie in a Redis: for each table a hash of its rows, and a sorted set of
// their keys.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libsync/json/rows.hpp"
#include "libsync/redis/detail/connection.hpp"

namespace libsync::detail::redis {

inline constexpr row_table tables[] = {row_table::header,  row_table::log,    row_table::data,
                                       row_table::clients, row_table::timers, row_table::effects};
/// So many rows go into one command at most.
inline constexpr std::size_t at_once = 1'000;

/// Returns 19 digits, so that the order of texts is that of numbers. No key is greater than the
/// greatest of these.
[[nodiscard]] std::string text_of(std::uint64_t key);
[[nodiscard]] std::optional<std::uint64_t> key_of(const std::string& text);

/// The names of Redis's keys.
class names {
public:
  explicit names(const std::string& journal) : base_("libsync:journal:{" + journal + '}') {}

  /// A hash that says what it is, who has it, and how many commits there were.
  [[nodiscard]] const std::string& base() const noexcept { return base_; }
  [[nodiscard]] std::string lock() const { return base_ + ":lock"; }
  [[nodiscard]] std::string rows(row_table of) const { return base_ + ':' + name_of(of); }
  [[nodiscard]] std::string order(row_table of) const { return rows(of) + ":keys"; }

private:
  std::string base_;
};

/// The keys of a table that are to go, as texts.
using gone_keys = std::pair<row_table, std::vector<std::string>>;

/// Adds the commands that do all changes; `below` are the keys that `erase_below` asks for.
void add_changes(const names& in, const row_changes& changes, const std::vector<gone_keys>& below,
                 commands& into);

} // namespace libsync::detail::redis
