#pragma once

/// Stands for the data of any journal: their values are JSON as it is stored.

#include <nlohmann/json.hpp>

#include "libsync/json/journal_settings.hpp"

namespace libsync::journal_tool {

struct any_value {
  nlohmann::json json;

  friend bool operator==(const any_value&, const any_value&) = default;
};

struct any_data {
  using operation = any_value;
  using effect = any_value;
  using identity = any_value;
};

/// Reads each value as it is, for `detail::read_run` and its like.
struct any_reader {
  template <class T>
  [[nodiscard]] T read(stored_kind, const nlohmann::json& from) const {
    return T{from};
  }
};

} // namespace libsync::journal_tool
