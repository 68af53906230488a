#pragma once

/// Makes one kind of generator of all that a user may give.

#include <concepts>
#include <type_traits>
#include <utility>

#include "libsync/testing/random.hpp"

namespace libsync::testing::detail {

template <class Generator, class Data, class Made>
concept makes = requires(Generator& make, const Data& data, random& choices) {
  { make(data, choices) } -> std::convertible_to<Made>;
};

/// What a generator is called as. An optional header, such as the one of RapidCheck, specializes it
/// for generators of other kinds.
template <class Generator>
struct adapted_generator {
  Generator make;

  template <class Data>
  requires std::invocable<Generator&, const Data&, random&>
  decltype(auto) operator()(const Data& data, random& choices) { return make(data, choices); }
};

/// Returns a function `(const Data&, random&)`, whose result converts to `Made`.
template <class Data, class Made = typename Data::operation, class Generator>
[[nodiscard]] auto generator_of(Generator make) {
  adapted_generator<Generator> adapted{std::move(make)};
  static_assert(makes<adapted_generator<Generator>, Data, Made>,
                "libsync: a generator is called with (const Data&, libsync::testing::random&) and "
                "returns an operation; for one of RapidCheck include "
                "libsync/testing/rapidcheck.hpp");
  return adapted;
}

} // namespace libsync::testing::detail
