#pragma once

/// A client's copy of the data, which one thread changes and any others read.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "libsync/detail/batch_cursor.hpp"
#include "libsync/detail/brief_lock.hpp"
#include "libsync/detail/client/arrival.hpp"
#include "libsync/detail/client/phase_fair_lock.hpp"
#include "libsync/detail/client/reading.hpp"
#include "libsync/detail/client/snapshot_slot.hpp"
#include "libsync/detail/copy_on_write.hpp"
#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/snapshot.hpp"

namespace libsync::detail {

/// The data of one client with their version. One thread at a time writes (the client); meanwhile
/// any others read, and go on reading once the writer is gone.
///
/// *Readers* see whole versions, never a part of a transaction, and never an older version than
/// before. `read` runs a function on the data themselves under a phase-fair lock: it waits for at
/// most 256 operations, or one version if that has more, and not for observers. `snapshot` shares
/// the data, and the writer's next change copies them. It shows at least what was applied when it
/// was called, except the version that is being applied: while readers call it, the writer leaves a
/// *spare* of the version before, and who finds the writer at work on a slow operation takes that,
/// and applies to a copy of it what the same slice has applied already. There is no spare, and
/// `snapshot` waits as `read` does,
///
///   * where the data are large: of more than 64 kB (`sizeof`), or where copying them took longer
///     than 50 us lately (if there is a clock);
///   * where nobody has called it for long: see `attention`.
///
/// The *writer* takes snapshots and applies batches:
///
///     copy.take({epoch, version, data});
///     const auto applied = copy.apply(batch, why);   // in slices, giving way to readers
///     if (applied != batch->operations.size())
///       ...                      // operations[applied] was refused: the copy is at copy.version()
///     tell_receipts_up_to(copy.version());   // readers see that version from here on
///
/// or, where observers are to see each version, under no lock:
///
///     for_each_accepted(*batch, [&](const accepted_submission<Data>& next) {
///       if (copy.apply(next, why) != next.operations.size())
///         return false;
///       observers.tell(change<Data>{next, copy.data()});
///       return true;
///     });
///
/// If a copy of the data or an operation throws, the exception comes out of `apply`, and the copy
/// can be read and written all the same; what an operation or transaction has done by half stays
/// until another snapshot is taken.
template <class Data>
class shared_copy {
public:
  using operation = typename Data::operation;
  /// Returns nanoseconds since any moment. The value layer reads no clock: its user brings one.
  using nanoseconds = std::uint64_t (*)() noexcept;

  explicit shared_copy(readers who = readers::none, nanoseconds clock = nullptr)
      : sharing_(who == readers::any ? std::make_unique<sharing>() : nullptr), clock_(clock) {}

  shared_copy(const shared_copy&) = delete;
  shared_copy& operator=(const shared_copy&) = delete;

  // Any thread.

  /// What `read` returns for a function of these two forms.
  template <class Function>
  using answer_of = typename read_answer<Function, Data>::type;

  /// Whether there are data: from the first `take` on, but not while the writer has come to its end
  /// between two versions, until it takes others.
  [[nodiscard]] bool has_data() const noexcept { return arrival_.has_come(); }

  /// Waits for the first data, or for `give_up`; returns whether there are data.
  bool wait_for_data() const noexcept { return arrival_.wait(); }

  /// Nobody need wait for the first data any more, if there are none yet.
  void give_up() noexcept { arrival_.give_up(); }

  /// Calls `f(data)` or `f(data, version)` with the newest data and their version, and returns what
  /// it returns (true if that is nothing); or nothing (false) if there are no data. `f` may read
  /// again; the writer waits while it runs, so it must not wait for the writer, and it should be
  /// short.
  template <class Function>
  auto read(Function&& f) const -> answer_of<Function> {
    if (!sharing_)
      return has_data() ? call(f) : answer_of<Function>{};
    const phase_fair_lock::visit here{sharing_->lock};
    return has_data() ? call(f) : answer_of<Function>{};
  }

  /// Returns the data with their version, shared and immutable; without data where there are none.
  /// Throws std::bad_alloc, or what copying the data throws.
  [[nodiscard]] libsync::snapshot<Data> snapshot() const {
    if (!has_data())
      return {};
    if (!sharing_)
      return present()();
    auto& slot = sharing_->slot;
    slot.seen().notice();
    const auto target = slot.now();
    typename snapshot_slot<Data>::found found;
    if (slot.look(target, found, present()))
      return std::move(found.shown);
    slot.ask();
    if (slot.look(target, found, present()) || slot.replay(target, found))
      return std::move(found.shown);
    if (sharing_->lock.is_within())
      throw std::logic_error("libsync: a reducer must not read the copy that it changes");
    slot.wait(target, found, present());
    return std::move(found.shown);
  }

  // The writer.

  /// The data, their version and epoch. There must be data.
  [[nodiscard]] const Data& data() const noexcept { return data_->read(); }
  [[nodiscard]] libsync::version version() const noexcept { return version_; }
  [[nodiscard]] epoch_id epoch() const noexcept { return epoch_; }

  /// Whether a reader waits for `apply` to come to the end of a slice: to be asked within it.
  [[nodiscard]] bool has_waiting_readers() const noexcept {
    return sharing_ && sharing_->lock.has_waiting_readers();
  }

  /// Replaces the data, without copying them; waits for readers who are in.
  void take(libsync::snapshot<Data> from) noexcept {
    std::optional<copy_on_write<Data>> next{std::in_place, from.data};
    const auto change = [&] { // the data before go when all is unlocked
      data_.swap(next);
      epoch_ = from.epoch;
      version_ = from.version;
    };
    if (sharing_) {
      sharing_->lock.lock();
      sharing_->slot.replace(from, change);
      sharing_->lock.unlock();
    } else {
      change();
    }
    arrival_.come();
  }

  /// Applies all operations of `from` in order, up to the first that is refused, and returns how
  /// many that were; `why` is told of one that was refused. `version()` is the last version that
  /// was applied wholly; where that is not the last one there are no data until others are taken.
  /// Readers who look back keep the batch alive. `how(data, operations, contexts, why)` applies
  /// consecutive operations and returns how many, as `reducer<Data>::apply` does.
  template <class How = plainly<Data>>
  std::size_t apply(const batch_ptr<Data>& from, outcome& why, How how = {}) {
    if (sharing_)
      return apply_shared(cursor{*from}, from->operations.size(), from, why, how);
    return apply_alone(
        cursor{*from}, [&](cursor& rest) { return rest.next_of(*from); }, why, how);
  }

  /// The same for one submission, as the next version.
  template <class How = plainly<Data>>
  std::size_t apply(const accepted_submission<Data>& next, outcome& why, How how = {}) {
    const run whole{next.by, next.number, next.operations.size(), true, next.time};
    const cursor one{{&whole, 1}, next.operations.data(), &next.identity};
    if (!sharing_)
      return apply_alone(
          one, [](cursor& rest) { return rest.next(1); }, why, how);
    return apply_shared(one, next.operations.size(), nullptr, why, how);
  }

private:
  using cursor = batch_cursor<Data>;

  static constexpr std::size_t slice = 256; // operations between two looks at who waits
  static constexpr std::size_t large = std::size_t{64} * 1024;

  // What readers on other threads need.
  struct sharing {
    phase_fair_lock lock;
    snapshot_slot<Data> slot;
  };

  template <class Function>
  answer_of<Function> call(Function& f) const {
    if constexpr (std::is_void_v<typename read_answer<Function, Data>::result>)
      return call_reader(f, data(), version_), true;
    else
      return call_reader(f, data(), version_);
  }

  [[nodiscard]] auto present() const {
    return [this] { return libsync::snapshot<Data>{epoch_, version_, data_->share()}; };
  }

  // What the writer does.

  // Has the lock while it lives, and shows what was done when it ends.
  class writing {
  public:
    explicit writing(shared_copy& of) noexcept : of_(of) { of_.sharing_->lock.lock(); }
    ~writing() { stop(); }
    writing(const writing&) = delete;
    writing& operator=(const writing&) = delete;

    void give_way() noexcept {
      stop();
      of_.sharing_->lock.lock();
    }

  private:
    void stop() noexcept {
      of_.sharing_->slot.end(of_.has_data(), of_.present());
      of_.sharing_->lock.unlock();
    }

    shared_copy& of_;
  };

  // Where no other thread reads. `next(rest)` takes what is applied in one go.
  template <class Next, class How>
  std::size_t apply_alone(cursor rest, Next next, outcome& why, How& how) {
    std::size_t applied = 0;
    while (!rest.is_done()) {
      const auto before = rest;
      const auto part = next(rest);
      const auto done = how(data_->write(), part.operations, part.contexts(version_ + 1), why);
      applied += done;
      if (done != part.operations.size()) {
        version_ += before.versions_within(done);
        arrival_.go();
        break;
      }
      version_ += part.versions;
    }
    return applied;
  }

  template <class How>
  std::size_t apply_shared(cursor rest, std::size_t size, const batch_ptr<Data>& keep, outcome& why,
                           How& how) {
    bool spare = sizeof(Data) <= large &&
                 (sharing_->slot.seen().pays_for(size) ||
                  (sharing_->slot.is_wanted() && sharing_->slot.seen().may_spare()));
    // After a slow operation others may be slow: then each is a slice.
    std::size_t singles = size <= attention::few ? attention::few : 0;
    std::size_t applied = 0;
    writing now{*this};
    while (!rest.is_done()) {
      const bool by_one = spare && (singles > 0 || !keep);
      singles -= by_one && keep ? 1 : 0;
      spare = begin_work(spare && !by_one ? keep : nullptr, spare, rest);
      const bool whole = spare ? apply_with_spare(rest, by_one, applied, why, how)
                               : apply_without(rest, applied, why, how);
      if (!whole)
        arrival_.go();
      if (!whole || rest.is_done())
        break;
      if (sharing_->slot.is_wanted()) {
        singles = attention::few;
        spare = sizeof(Data) <= large && sharing_->slot.seen().may_spare();
      }
      if (sharing_->lock.has_waiting_readers())
        now.give_way();
    }
    return applied;
  }

  // Up to the end, or until somebody waits.
  template <class How>
  bool apply_without(cursor& rest, std::size_t& applied, outcome& why, How& how) {
    Data& data = data_->write();
    do {
      const auto before = rest;
      const auto part = rest.next(slice);
      const auto done = how(data, part.operations, part.contexts(version_ + 1), why);
      applied += done;
      if (done != part.operations.size()) {
        version_ += before.versions_within(done);
        return false;
      }
      version_ += part.versions;
    } while (!rest.is_done() && !sharing_->slot.is_wanted() &&
             !sharing_->lock.has_waiting_readers());
    sharing_->slot.advance();
    return true;
  }

  // One slice. After each version readers may know that it was applied.
  template <class How>
  bool apply_with_spare(cursor& rest, bool by_one, std::size_t& applied, outcome& why, How& how) {
    Data& data = copy_for_writing();
    for (const auto start = applied; !rest.is_done() && applied - start < slice;) {
      const auto one = rest.next(1);
      const auto done = how(data, one.operations, one.contexts(version_ + 1), why);
      applied += done;
      if (done != one.operations.size())
        return false;
      ++version_;
      sharing_->slot.advance();
      if (by_one || sharing_->slot.is_wanted())
        break;
    }
    return true;
  }

  // The spare is a snapshot of the data, so writing copies them.
  Data& copy_for_writing() {
    if (clock_ == nullptr)
      return data_->write();
    const auto begun = clock_();
    Data& data = data_->write();
    sharing_->slot.seen().copied_in(clock_() - begun);
    return data;
  }

  bool begin_work(batch_ptr<Data> keep, bool spare, const cursor& from) noexcept {
    data_->recycle(spare ? 2 : 0);
    return sharing_->slot.begin(spare, std::move(keep), from, present());
  }

  // Changed under the lock, and shared by readers as the slot allows.
  mutable std::optional<copy_on_write<Data>> data_;
  libsync::version version_ = 0;
  epoch_id epoch_{};
  arrival arrival_;
  const std::unique_ptr<sharing> sharing_;
  const nanoseconds clock_;
};

template <class Data>
using shared_copy_ptr = std::shared_ptr<shared_copy<Data>>;

} // namespace libsync::detail
