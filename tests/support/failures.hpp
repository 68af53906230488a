#pragma once

/// How a simulated network is made, and what fails within its server, by chance.

#include <cstddef>
#include <new>
#include <set>
#include <utility>

#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/reason.hpp"
#include "support/dice.hpp"
#include "support/failing.hpp"

namespace simulation {

/// How a simulated network is made.
struct options {
  libsync::limits limits;
  int steps = 200;
  int clients = 3;
  /// How many in a hundred clients are viewers.
  int viewers = 30;
  /// How many in a hundred parcels are the last that a server takes.
  int deaths = 0;
  /// Within how many in a hundred calls of the sequencer the sink throws, and memory runs out.
  int interruptions = 0;
  int starvations = 0;
  /// How many in a hundred calls of a client's sink call the client back.
  int calls_back = 0;
};

/// Lets a call of the sequencer fail, and knows what that call had no memory for.
class failures {
public:
  failures(const options& rates, dice& chances) : rates_(rates), dice_(chances) {}

  /// Returns whether nothing was thrown out of the call.
  template <class Call>
  bool survives(Call call) {
    starved_.clear();
    interrupt_in_ = dice_.chance(rates_.interruptions) ? 1 + dice_.below(6) : 0;
    if (dice_.chance(rates_.starvations))
      failing::allocations().start(1 + dice_.below(12));
    bool whole = true;
    try {
      call();
    } catch (const interrupted&) {
      whole = false;
    } catch (const std::bad_alloc&) {
      whole = false;
    }
    failing::allocations().stop();
    interrupt_in_ = 0;
    return whole;
  }

  /// Called in the sink.
  void maybe_interrupt() {
    if (interrupt_in_ != 0 && --interrupt_in_ == 0)
      throw interrupted{};
  }

  /// A submission is refused.
  void refused(libsync::client_id by, libsync::submission_number number,
               const libsync::reason& why) {
    if (why.text().ends_with("threw: out of memory"))
      starved_.emplace(by, number);
  }

  [[nodiscard]] bool starved(libsync::client_id by, libsync::submission_number number) const {
    return starved_.contains({by, number});
  }
  [[nodiscard]] bool starved_anything() const { return !starved_.empty(); }

private:
  struct interrupted {};

  options rates_;
  dice& dice_;
  std::size_t interrupt_in_ = 0;
  std::set<std::pair<libsync::client_id, libsync::submission_number>> starved_;
};

} // namespace simulation
