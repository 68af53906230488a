#pragma once

/// Somebody who takes part, through a session of their own.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "notebook/editing/open_editors.hpp"
#include "notebook/model/notebook.hpp"

#include "libsync/actors.hpp"

namespace notebook_example {

class participant {
public:
  participant(const libsync::server<notebook>& to, id name);
  participant(const participant&) = delete;
  participant& operator=(const participant&) = delete;

  [[nodiscard]] const id& name() const noexcept { return name_; }
  /// The cell where the participant is; empty if nowhere.
  [[nodiscard]] const id& here() const noexcept { return here_; }

  /// Whether something that was typed or erased waits, or is not confirmed.
  [[nodiscard]] bool has_unsent_edits() const { return editors_.has_edits(); }

  /// Submits, and waits for the receipt.
  libsync::receipt submit(operation op) { return session_.submit(std::move(op)).get(); }
  /// The same for several, of which all are accepted, or none.
  libsync::receipt submit(std::vector<operation> all) {
    if (all.size() == 1) // which needs no copy of the notebook
      return submit(std::move(all.front()));
    return session_.submit(libsync::transaction<notebook>{std::move(all)}).get();
  }

  /// Hears everything up to `version`; what the editors then have to say is submitted, and the
  /// version of the last of that is returned, or `version`.
  libsync::result<libsync::version> catch_up(libsync::version version);

  /// Goes to a cell, to an offset or, with -1, to its end. A cell that was not open is opened as it
  /// is at `version`, at least.
  libsync::outcome go(const id& cell, std::int64_t offset, libsync::version version);
  libsync::outcome type(const std::string& text);
  libsync::outcome erase(std::uint64_t count);

  /// Changes several cells, as they are at `version`, in one step. Returns the version that this
  /// makes. Refused while something waits; then nothing is changed.
  libsync::result<libsync::version> change(const std::map<id, libsync::delta>& changes,
                                           libsync::version version);

  /// Submits what the editors have to say. Returns the version of the last that was accepted, or
  /// `version`.
  libsync::version speak(libsync::version version);

  /// Why deltas of this participant were refused since the last time.
  std::vector<std::string> take_refusals() { return std::exchange(refusals_, {}); }

private:
  using snapshot = std::shared_ptr<const notebook>;

  void note(const libsync::change<notebook>& what);
  [[nodiscard]] std::uint64_t cursor() const;
  libsync::outcome open(const id& cell);
  // Closes the editors of all other cells, of which nothing waits.
  void close_others();

  id name_;
  std::vector<operation> waiting_;
  std::vector<std::string> refusals_;
  // Cells with a delta that was refused.
  std::set<id> lost_;
  open_editors editors_;
  id here_;
  // Filled by the session's client, emptied by whoever calls.
  std::mutex mutex_;
  std::deque<std::variant<heard, snapshot>> news_;
  // The last, so that nobody observes what is gone.
  libsync::session<notebook> session_;
};

} // namespace notebook_example
