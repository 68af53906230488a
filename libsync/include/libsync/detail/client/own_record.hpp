#pragma once

/// What an optimistic client says of its own submissions to whoever wants to undo them.

#include <cstddef>
#include <span>
#include <vector>

#include "libsync/context.hpp"
#include "libsync/detail/contexts.hpp"
#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/reducer.hpp"

namespace libsync::detail {

/// Is told in the order of versions, each submission once. What is told throws nothing.
template <class Data>
class own_record {
public:
  using operation = typename Data::operation;

  own_record() = default;
  own_record(const own_record&) = delete;
  own_record& operator=(const own_record&) = delete;

  /// A submission was accepted. Applied from the last one to the first, `inverses` undo it.
  virtual void accepted(submission_number number, std::span<const operation> inverses) noexcept = 0;
  /// Those from `first` to before `end` were not accepted; or nobody knows.
  virtual void refused(submission_number first, submission_number end) noexcept = 0;
  /// Those from `first` to before `end` may be in a snapshot, or have no inverse.
  virtual void lost(submission_number first, submission_number end) noexcept = 0;
  /// Others' operations were accepted.
  virtual void followed(std::span<const operation> foreign) noexcept = 0;
  /// A snapshot has replaced the data.
  virtual void replaced() noexcept = 0;

protected:
  ~own_record() = default;
};

/// Tells of a run of submissions whose operations have these inverses, oldest first.
template <class Data>
void tell_inverses(own_record<Data>& to, const run& part,
                   std::span<const typename Data::operation> inverses) noexcept {
  const std::size_t each = part.transaction ? part.operations : 1;
  for (std::size_t done = 0; done != part.operations; done += each)
    to.accepted(part.number + done / each, inverses.subspan(done, each));
}

/// Whose submissions are told of, the first that is not decided, and who submitted the runs.
template <class Data>
struct own_place {
  client_id me{};
  submission_number undecided = 0;
  version next = 0; // what the first run makes
  [[no_unique_address]] identity_place<Data> who = {};
};

/// Applies the operations of one confirmed submission, within a rebase, and calls `told(inverses)`:
/// one for each, or none if they cannot be made. Returns how many were applied.
template <class Data, class Holder, class Told>
std::size_t apply_with_inverses(Holder& data, std::span<const typename Data::operation> all,
                                const context_run<Data>& from, outcome& why, Told told) noexcept {
  std::vector<typename Data::operation> made;
  bool are_made = true;
  for (std::size_t done = 0; done != all.size(); ++done) {
    try {
      if (are_made)
        made.push_back(call_inverse(data.rebased(), all[done], from.first));
    } catch (...) {
      are_made = false;
    }
    if (data.apply(all.subspan(done, 1), from, why) != 1)
      return done;
  }
  if (!are_made)
    made.clear();
  told(std::span<const typename Data::operation>{made});
  return all.size();
}

/// Applies `all`, the operations of `runs`, to confirmed data, and tells of it. Returns how many
/// were applied.
template <class Data, class Holder>
std::size_t apply_recorded(Holder& data, own_record<Data>& to, std::span<const run> runs,
                           std::span<const typename Data::operation> all, own_place<Data> place,
                           outcome& why) noexcept {
  std::size_t done = 0;
  for (const run& part : runs) {
    const auto operations = all.subspan(done, part.operations);
    if (part.by != place.me) {
      const auto from = contexts_of<Data>(part, place.who.get(), place.next);
      if (const auto count = data.apply(operations, from, why); count != operations.size())
        return done + count;
      to.followed(operations);
    } else {
      to.refused(place.undecided, part.number);
      place.undecided = part.number + part.versions();
      const std::size_t each = part.transaction ? part.operations : 1;
      for (std::size_t own = 0; own != operations.size(); own += each) {
        const auto number = part.number + own / each;
        const auto from = contexts_of<Data>(part, place.who.get(), place.next + own / each);
        const auto count = apply_with_inverses<Data>(
            data, operations.subspan(own, each), from, why, [&](auto inverses) {
              inverses.size() == each ? to.accepted(number, inverses) : to.lost(number, number + 1);
            });
        if (count != each)
          return done + own + count;
      }
    }
    done += operations.size();
    place.next += part.versions();
    place.who.advance();
  }
  return done;
}

} // namespace libsync::detail
