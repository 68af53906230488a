#pragma once

/// What is checked of data for stateboxes, and how often.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "libsync/ids.hpp"
#include "libsync/statebox/statebox.hpp"

#include "libsync/testing/report.hpp"

namespace libsync::testing {

/// A law of a user's own, which returns what is wrong with a box, or an empty text.
template <class Data, std::size_t Origins>
struct box_law {
  using box = statebox<Data, stamp, Origins>;

  box_law(std::string said, std::function<std::string(const box&)> function)
      : name(std::move(said)), broken(std::move(function)) {}

  /// The same of a function object with a `name`.
  template <class Named>
  requires std::convertible_to<decltype(Named::name), std::string> box_law(Named holds)
      : box_law(Named::name, std::move(holds)) {}

  std::string name;
  std::function<std::string(const box&)> broken;
};

/// How data for stateboxes are checked. All numbers but those of seeds are for one seed. `Origins`
/// is that of the boxes.
template <class Data, std::size_t Origins = 1024>
struct statebox_laws {
  std::uint64_t first = 1;
  std::uint64_t seeds = 100;
  /// Changes, merges and so on, of all siblings.
  std::size_t events = 30;
  /// At least 1. The laws of three boxes need 3.
  std::size_t siblings = 4;
  /// Whether siblings expire and truncate their queues.
  bool drops = true;
  /// The longest row of operations that is tried on its own (libsync/statebox/check.hpp). 0 tries
  /// none.
  std::size_t rows = 3;
  /// All siblings are merged each time that so many milliseconds have passed. 0 means never. Data
  /// such as counters need it, whose operations must not be older than some age. Set `rows` to 0
  /// then.
  timestamp round = 0;
  /// The value of the box from which all siblings descend.
  Data initial = {};
  /// Laws of your own.
  std::vector<box_law<Data, Origins>> also = {};
  /// Prints an operation as C++, in place of `as_code`.
  std::function<std::string(const typename Data::operation&)> print = {};
  /// What repeats a seed, if its number is put behind; a failure tells it.
  std::string repeat = {};
};

/// How much was checked.
struct statebox_totals {
  std::uint64_t changes = 0;
  std::uint64_t refused = 0;
  std::uint64_t merges = 0;
  std::uint64_t drops = 0;
  /// Boxes whose value could not be checked, since they `may_have_lost`.
  std::uint64_t marked = 0;

  statebox_totals& operator+=(const statebox_totals& other) noexcept {
    changes += other.changes;
    refused += other.refused;
    merges += other.merges;
    drops += other.drops;
    marked += other.marked;
    return *this;
  }
};

/// What was checked in all, and what went wrong first.
struct statebox_report : report {
  statebox_totals totals;
};

} // namespace libsync::testing
