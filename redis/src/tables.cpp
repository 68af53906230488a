#include "tables.hpp"

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <map>

namespace libsync::detail::redis {

namespace {

// Adds a command for a part of the elements at a time, each of which adds so many parts to it.
template <class Elements, class Add>
void in_parts(const Elements& all, std::size_t parts_each, commands& into,
              std::initializer_list<std::string> begin, Add add) {
  for (std::size_t first = 0; first < all.size(); first += at_once) {
    const auto last = std::min(all.size(), first + at_once);
    into.begin(begin.size() + parts_each * (last - first));
    for (const auto& word : begin)
      into.part(word);
    for (auto i = first; i != last; ++i)
      add(all[i]);
  }
}

void add_erasing(const names& in, const gone_keys& gone, commands& into) {
  const auto& [table, keys] = gone;
  const auto add = [&](const std::string& key) { into.part(key); };
  in_parts(keys, 1, into, {"HDEL", in.rows(table)}, add);
  in_parts(keys, 1, into, {"ZREM", in.order(table)}, add);
}

} // namespace

std::string text_of(std::uint64_t key) {
  constexpr std::uint64_t greatest = std::numeric_limits<std::int64_t>::max();
  const auto digits = std::to_string(std::min(key, greatest));
  return std::string(19 - digits.size(), '0') + digits;
}

std::optional<std::uint64_t> key_of(const std::string& text) {
  if (text.size() != 19 || text.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  const auto key = std::stoull(text);
  return text_of(key) == text ? std::optional<std::uint64_t>{key} : std::nullopt;
}

void add_changes(const names& in, const row_changes& changes, const std::vector<gone_keys>& below,
                 commands& into) {
  for (const auto table : changes.clear)
    into.add("DEL", in.rows(table), in.order(table));
  for (const auto& gone : below)
    add_erasing(in, gone, into);
  std::map<row_table, std::vector<std::string>> erased;
  for (const auto& [table, key] : changes.erase)
    erased[table].push_back(text_of(key));
  for (const auto& gone : erased)
    add_erasing(in, gone, into);
  std::map<row_table, std::vector<const stored_row*>> added;
  for (const auto& row : changes.put)
    added[row.table].push_back(&row);
  for (const auto& [table, all] : added) {
    in_parts(all, 2, into, {"HSET", in.rows(table)}, [&](const stored_row* row) {
      into.part(text_of(row->key)).part(write_value(row->text, row->checksum));
    });
    in_parts(all, 2, into, {"ZADD", in.order(table)},
             [&](const stored_row* row) { into.part(0).part(text_of(row->key)); });
  }
}

} // namespace libsync::detail::redis
