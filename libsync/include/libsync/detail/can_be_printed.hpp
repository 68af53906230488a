#pragma once

/// Whether values of a type can be printed.

#include <ostream>

namespace libsync::detail {

/// By their `operator<<`.
template <class T>
concept can_be_printed = requires(std::ostream& out, const T& value) {
  out << value;
};

} // namespace libsync::detail
