#pragma once

/// What takes back what somebody did.

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "notebook/model/notebook.hpp"

#include "libsync/libsync.hpp"
#include "libsync/text.hpp"

namespace notebook_example {

/// What takes back an edit of a cell's text, made for `revision` as if the edits that the same
/// person made later had been taken back before. (It does not come after these and their undo: what
/// an edit erases and an undo inserts again is new text, which older edits do not know.)
struct inverse_edit {
  id cell;
  notebook_example::life life = 0;
  libsync::revision revision = 0;
  libsync::delta change;
};

/// Returns what takes back the last delta of a cell, whose text was `before`.
libsync::result<inverse_edit> inverse_edit_of(const libsync::text& before, const notebook& after,
                                              const id& cell);

/// What somebody did, and what takes it back: edits of texts, or operations.
struct done_change {
  std::string line;
  std::vector<inverse_edit> edits;
  std::vector<operation> operations;
  /// Why it cannot be taken back; empty if it can.
  std::string why_not;
};

/// What somebody did, the last one at the end.
using done_changes = std::deque<done_change>;

/// Adds what was just done, which `now` has.
void add_change(done_changes& all, done_change what, const notebook& now);

/// Returns the deltas of all cells that take back the last change, after what others did since.
/// Refused if a cell is gone, or if too much has happened.
libsync::result<std::map<id, libsync::delta>> undo_of_last(done_changes& all, const notebook& now);

/// Forgets the last change, which was just taken back.
void drop_last(done_changes& all, const notebook& now);

/// Returns what takes back an operation that changes no text. `before` is what it finds; if it is
/// refused there, what is returned means nothing.
done_change inverse_of(const operation& op, const notebook& before);

} // namespace notebook_example
