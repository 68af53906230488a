#pragma once

/// The parts of a sequencer, for the library's own values that work with it.

#include "libsync/sequencer.hpp"

namespace libsync::detail {

struct insides {
  template <class Data, class Route>
  [[nodiscard]] static ledger<Data>& ledger(sequencer<Data, Route>& of) noexcept {
    return of.ledger_;
  }
  template <class Data, class Route>
  [[nodiscard]] static delivery<Data, Route>& delivery(sequencer<Data, Route>& of) noexcept {
    return of.delivery_;
  }
  template <class Data, class Route>
  [[nodiscard]] static judge<Data>& judge(sequencer<Data, Route>& of) noexcept {
    return of.judge_;
  }
  template <class Data, class Route>
  [[nodiscard]] static submission_number& own(sequencer<Data, Route>& of) noexcept {
    return of.own_number_;
  }
  template <class Data, class Route>
  static void forget_flush(sequencer<Data, Route>& of) noexcept {
    of.flush_asked_ = false;
  }
};

} // namespace libsync::detail
