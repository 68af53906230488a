#pragma once

/// What an optimistic client says of its own submissions to whoever wants to undo them.

#include <cstddef>
#include <span>

#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/batch.hpp"

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

/// Whose submissions are told of, and the first that is not decided.
struct own_name {
  client_id me{};
  submission_number undecided = 0;
};

/// Applies `all`, the operations of `runs`, to confirmed data, and tells of it. Returns how many
/// were applied.
template <class Data, class Stepping>
std::size_t apply_recorded(Stepping& data, own_record<Data>& to, std::span<const run> runs,
                           std::span<const typename Data::operation> all, own_name name,
                           outcome& why) noexcept {
  std::size_t done = 0;
  for (const run& part : runs) {
    const auto operations = all.subspan(done, part.operations);
    if (part.by != name.me) {
      if (const auto count = data.apply(operations, {}, why); count != operations.size())
        return done + count;
      to.followed(operations);
    } else {
      to.refused(name.undecided, part.number);
      name.undecided = part.number + part.versions();
      const std::size_t each = part.transaction ? part.operations : 1;
      for (std::size_t own = 0; own != operations.size(); own += each) {
        const auto number = part.number + own / each;
        const auto one = operations.subspan(own, each);
        const auto count = data.apply_with_inverses(one, why, [&](auto inverses) {
          inverses.size() == each ? to.accepted(number, inverses) : to.lost(number, number + 1);
        });
        if (count != each)
          return done + own + count;
      }
    }
    done += operations.size();
  }
  return done;
}

} // namespace libsync::detail
