#pragma once

/// Prints an operation as far as it can be printed.

#include <ostream>
#include <variant>

#include "libsync/detail/can_be_printed.hpp"
#include "libsync/reducer.hpp"

namespace libsync::detail {

/// By its `operator<<`; one of a variant by that of the alternative. What has none is told by its
/// place in the variant, or said to have none.
template <class Op>
void print_operation(std::ostream& out, const Op& op) {
  if constexpr (can_be_printed<Op>) {
    out << op;
  } else if constexpr (is_variant<Op>) {
    std::visit(
        [&]<class Alternative>(const Alternative& one) {
          if constexpr (can_be_printed<Alternative> || is_variant<Alternative>)
            print_operation(out, one);
          else
            out << "number " << op.index() << " of its variant (it has no operator<<)";
        },
        op);
  } else {
    out << "(it has no operator<<)";
  }
}

} // namespace libsync::detail
