#pragma once

/// How the data of tests travel.

#include "support/tape.hpp"

namespace tape {

template <class Inspector>
auto inspect(Inspector& with, append& self) {
  if constexpr (requires { with.object(self); })
    return with.object(self).fields(with.field("value", self.value));
  else
    return with(self.value);
}

template <class Inspector, class Empty>
auto inspect_empty(Inspector& with, Empty& self) {
  if constexpr (requires { with.object(self); })
    return with.object(self).fields();
  else
    return with();
}
template <class Inspector>
auto inspect(Inspector& with, drop& self) {
  return inspect_empty(with, self);
}
template <class Inspector>
auto inspect(Inspector& with, rotate& self) {
  return inspect_empty(with, self);
}
template <class Inspector>
auto inspect(Inspector& with, fail& self) {
  return inspect_empty(with, self);
}

template <class Inspector>
auto inspect(Inspector& with, data& self) {
  if constexpr (requires { with.object(self); })
    return with.object(self).fields(with.field("values", self.values));
  else
    return with(self.values);
}

} // namespace tape
