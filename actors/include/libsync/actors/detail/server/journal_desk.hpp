#pragma once

/// Where a server's records wait for the journal, and what became of them for the server.

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/server/doorbell.hpp"

#include "libsync/detail/thrown.hpp"
#include "libsync/reason.hpp"
#include "libsync/size_of.hpp"
#include "libsync/storage_error.hpp"
#include "libsync/stored_state.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): CAF's
namespace caf {
class actor_system;
} // namespace caf

namespace libsync::detail {

/// What an actor does that may wait for a disk.
class any_journal_desk {
public:
  any_journal_desk() = default;
  any_journal_desk(const any_journal_desk&) = delete;
  any_journal_desk& operator=(const any_journal_desk&) = delete;
  virtual ~any_journal_desk() = default;

  /// Does what there is to do.
  virtual void work() noexcept = 0;
};

/// Starts the actor that works at a desk, on a thread of its own; in a `testing::runtime`, as all
/// its actors.
[[nodiscard]] actor_ref spawn_journal_writer(caf::actor_system& system,
                                             std::shared_ptr<any_journal_desk> desk);

/// Tells it that there is something to do.
[[nodiscard]] letter work_for_writer();

/// The records of one server. The server puts them here, one after the other, and hears what became
/// of each; the journal's own actor takes them. It outlives the servers of a supervisor.
template <class Data>
class journal_desk final : public any_journal_desk {
public:
  using record_ptr = std::shared_ptr<const journal_record<Data>>;

  /// What became of a record, or of a wish to read all that is stored.
  struct report {
    /// Not empty if it failed.
    libsync::reason why;
    /// It failed, and nothing of it is written.
    bool wrote_nothing = true;
    /// The next record should have the data.
    bool wants_data = false;
    /// What was read.
    std::optional<stored_state<Data>> stored;
  };

  explicit journal_desk(std::unique_ptr<any_journal<Data>> journal)
      : journal_(std::move(journal)) {}

  /// From now on this server hears of its records.
  void serve(actor_address by) noexcept { bell_.serve(std::move(by)); }

  /// A record is to be written. If it throws, it will not be.
  void write(const actor_ref& writer, record_ptr what) {
    put(writer, job{.write = std::move(what), .answer = write_letter(message::done)});
  }
  /// All that is stored is to be read.
  void read(const actor_ref& writer, amount newest) {
    put(writer, job{.read = newest, .answer = write_letter(message::done)});
  }
  /// There will be no more, after this one, if it is one.
  void close(const actor_ref& writer, record_ptr last) {
    put(writer, job{.write = std::move(last)});
  }

  /// Takes a report out, in order; nothing if there is none.
  [[nodiscard]] std::optional<report> take() {
    std::list<job> next;
    {
      const std::lock_guard here{lock_};
      if (done_.empty())
        return std::nullopt;
      next.splice(next.begin(), done_, done_.begin());
    }
    return std::move(next.front().told);
  }

  void work() noexcept override {
    for (std::list<job> now;; now.clear()) {
      {
        const std::lock_guard here{lock_};
        if (jobs_.empty())
          return;
        now.splice(now.begin(), jobs_, jobs_.begin());
      }
      auto& next = now.front();
      carry_out(next);
      if (!next.answer)
        continue; // nobody waits
      auto answer = std::move(next.answer);
      {
        const std::lock_guard here{lock_};
        done_.splice(done_.end(), now);
      }
      bell_.ring(std::move(answer));
    }
  }

private:
  struct job {
    record_ptr write = nullptr;
    std::optional<amount> read = std::nullopt;
    letter answer = {}; // none for the last one
    report told = {};
  };

  void put(const actor_ref& writer, job what) {
    std::list<job> next;
    next.push_back(std::move(what));
    auto wake = work_for_writer();
    {
      const std::lock_guard here{lock_};
      jobs_.splice(jobs_.end(), next);
    }
    deliver(writer, std::move(wake));
  }

  void carry_out(job& next) noexcept {
    try {
      if (next.read)
        next.told.stored = journal_->load(*next.read);
      if (next.write)
        journal_->write(*next.write);
      if (!next.answer)
        journal_->close();
      next.told.wants_data = journal_->wants_data();
    } catch (const storage_error& error) {
      next.told.wrote_nothing = error.wrote_nothing();
      next.told.why = thrown();
    } catch (...) { // before anything was written, out of the user's conversions
      next.told.why = thrown();
    }
  }

  std::unique_ptr<any_journal<Data>> journal_; // of the writer's
  std::mutex lock_;
  std::list<job> jobs_;
  std::list<job> done_;
  doorbell bell_;
};

} // namespace libsync::detail
