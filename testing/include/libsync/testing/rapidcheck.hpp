#pragma once

/// Lets RapidCheck's generators be given to checks and simulations. Include it beside the headers
/// of these; a project that does so links to RapidCheck itself.

#include <rapidcheck.h>

#include "libsync/testing/detail/generator.hpp"
#include "libsync/testing/random.hpp"

namespace libsync::testing::detail {

// Sizes go up to RapidCheck's usual one, so that there are small values and large ones.
template <class T>
[[nodiscard]] T draw(const rc::Gen<T>& from, random& choices) {
  const rc::Random source{choices()};
  return from(source, static_cast<int>(choices.below(rc::kNominalSize + 1))).value();
}

template <class T>
struct adapted_generator<rc::Gen<T>> {
  rc::Gen<T> make;

  template <class Data>
  T operator()(const Data&, random& choices) {
    return draw(make, choices);
  }
};

} // namespace libsync::testing::detail
