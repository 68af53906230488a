#pragma once

/// What is checked of a reducer, and how often.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "libsync/testing/report.hpp"

namespace libsync::testing {

/// A law of a user's own. Its function is called with the data before an operation, the operation,
/// and the data after it, which are those before it if the operation was not accepted. It returns
/// what is wrong, or an empty text. Or it is called with the data after the operation alone, and
/// returns whether they are as they must be:
///
///     law<auction>{"no bid is negative", [](const auction& data) { return data.highest >= 0; }}
template <class Data>
struct law {
  using operation = typename Data::operation;
  using function = std::function<std::string(const Data&, const operation&, const Data&)>;

  template <class Holds>
  law(std::string said, Holds holds) : name(std::move(said)) {
    if constexpr (std::invocable<Holds&, const Data&, const operation&, const Data&>)
      broken = std::move(holds);
    else
      broken = [check = std::move(holds)](const Data&, const operation&, const Data& after) {
        return std::string{check(after) ? "" : "it does not hold"};
      };
  }

  /// The same of a function object with a `name`.
  template <class Named>
  requires std::convertible_to<decltype(Named::name), std::string> law(Named holds)
      : law(Named::name, std::move(holds)) {}

  std::string name;
  function broken;
};

/// How a reducer is checked. All numbers but those of seeds are for one seed.
template <class Data>
struct reducer_laws {
  std::uint64_t first = 1;
  std::uint64_t seeds = 100;
  std::size_t operations = 30;
  Data initial = {};
  /// Laws of your own.
  std::vector<law<Data>> also = {};
  /// Prints an operation as C++, in place of `as_code`.
  std::function<std::string(const typename Data::operation&)> print = {};
  /// What repeats a seed, if its number is put behind; a failure tells it.
  std::string repeat = {};
};

/// How much was checked.
struct reducer_totals {
  std::uint64_t operations = 0;
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;
  /// Of those that were refused.
  std::uint64_t threw = 0;
  std::uint64_t undone = 0;
  std::uint64_t transactions = 0;

  reducer_totals& operator+=(const reducer_totals& other) noexcept {
    operations += other.operations;
    accepted += other.accepted;
    refused += other.refused;
    threw += other.threw;
    undone += other.undone;
    transactions += other.transactions;
    return *this;
  }
};

/// What was checked in all, and what went wrong first.
struct reducer_report : report {
  reducer_totals totals;
};

} // namespace libsync::testing
