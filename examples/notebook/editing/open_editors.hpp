#pragma once

/// One client's editors: one for each cell in which it writes.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "notebook/model/notebook.hpp"

#include "libsync/libsync.hpp"
#include "libsync/text.hpp"

namespace notebook_example {

/// What editors have to know of an accepted operation or transaction.
struct heard {
  /// The deltas of a cell, in order.
  struct edited {
    notebook_example::life life = 0;
    std::vector<libsync::accepted_delta<id>> deltas;
  };
  std::map<id, edited> cells;
  /// Cells that live no longer, or again.
  std::vector<id> gone;
  /// Clients that are nowhere any more.
  std::vector<id> left;
};

/// Returns what editors have to know of a change. At most `libsync::text_limits::kept_for_all`
/// deltas of one cell are heard at once.
heard hear_of(const libsync::change<notebook>& what);

/// Keeps the editors of one client in step with what it hears: every accepted operation, in order.
/// What is to be submitted is handed to `submit`, in order.
class open_editors {
public:
  using submit_function = std::function<void(operation)>;

  open_editors(id client, submit_function submit)
      : client_(std::move(client)), submit_(std::move(submit)) {}

  /// Opens a cell, unless it is open; `now` is what was heard so far. Refused if it is not there.
  libsync::outcome open(const notebook& now, const id& cell);

  /// The editor of a cell; null if it is not open.
  [[nodiscard]] const libsync::text_editor<id>* find(const id& cell) const;

  /// Changes the text of an open cell and goes to `where`.
  libsync::outcome edit(const id& cell, const libsync::delta& change, libsync::selections where);

  /// Something was accepted. What a cell had when it was opened is passed over. Refused if a delta
  /// is missing or does not fit: then call `resync`.
  libsync::outcome hear(const heard& what);

  /// A delta of this client, in a cell that is still open, was refused, or will never be decided:
  /// it is made anew for what was heard so far.
  void lose(const notebook& now, const id& cell);

  /// The data were replaced by others. `fate` tells what became of the delta in flight of a cell.
  void resync(const notebook& now, const std::function<libsync::in_flight(const id&)>& fate);

  /// Closes a cell once nothing of it is in flight; returns whether it did.
  bool close(const id& cell);

  /// Tells the server what was seen of all open cells, where it does not know.
  void report();

  /// Whether nothing is in flight.
  [[nodiscard]] bool quiet() const;

  /// Whether an edit of a text waits or is in flight. Where somebody went is none.
  [[nodiscard]] bool has_edits() const;

  /// Calls `visit(cell, editor)` for all open cells.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& [key, one] : open_)
      visit(key, one.editor);
  }

private:
  struct open_cell {
    notebook_example::life life;
    libsync::text_editor<id> editor;
  };
  struct sink;

  id client_;
  submit_function submit_;
  std::map<id, open_cell> open_;
};

} // namespace notebook_example
