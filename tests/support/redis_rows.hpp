#pragma once

/// A store of rows in a Redis of its own.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "libsync/redis/journal.hpp"
#include "support/redis_process.hpp"

namespace redis_rows {

using libsync::row_changes;
using libsync::row_store;
using libsync::row_table;
using libsync::stored_row;

constexpr auto greatest = ~std::uint64_t{0} >> 1U;
inline const std::string base = "libsync:journal:{books}";

struct books {
  redis_process::process in;
  libsync::redis_rows_options how{.socket = in.socket(), .timeout = 60'000, .wait = 0};

  std::unique_ptr<row_store> open() const { return libsync::open_redis_rows("books", how); }
  std::unique_ptr<row_store> open_past() const {
    auto reads = how;
    reads.read_only = true;
    return libsync::open_redis_rows("books", reads);
  }
};

inline stored_row row(row_table table, std::uint64_t key, const std::string& text = "text") {
  return {table, key, text, libsync::row_checksum(table, key, text)};
}

inline void put(row_store& in, row_table table, const std::vector<std::uint64_t>& keys) {
  row_changes changes;
  for (const auto key : keys)
    changes.put.push_back(row(table, key));
  in.commit(changes);
}

inline std::string keys(row_store& in, row_table table, std::uint64_t first = 0) {
  std::string all;
  in.read_from(table, first, [&](const stored_row& one) {
    all += (all.empty() ? "" : " ") + std::to_string(one.key);
    return true;
  });
  return all;
}

inline void read(row_store& in) {
  static_cast<void>(keys(in, row_table::log));
}

} // namespace redis_rows
