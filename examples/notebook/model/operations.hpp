#pragma once

/// Everything that can be done to a notebook. Ids and times travel in the operation, so that all
/// copies become the same.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <variant>

#include "libsync/libsync.hpp"
#include "libsync/text.hpp"

namespace notebook_example {

/// Names a section, a cell, a client or a user; whoever makes one chooses it, and never twice.
using id = std::string;

/// A place in a list: before the element that is there now; -1 or past the end is the end.
using place = std::int64_t;

/// Counts how often a cell was restored. An edit made before must not reach what came after.
using life = std::uint64_t;

struct insert_section {
  id client;
  place index = -1;
  id section;
};

/// The new section comes right after `section` and takes its cells from `index` on.
struct insert_section_into {
  id client;
  id section;
  place index = 0;
  id added;
};

/// The same, and the new section branches off from the last one above it that does not.
struct insert_branching_section_into {
  id client;
  id section;
  place index = 0;
  id added;
};

struct set_section_parent {
  id client;
  id section;
  id parent;
};

struct unset_section_parent {
  id client;
  id section;
};

struct set_section_name {
  id client;
  id section;
  std::string name;
};

/// Where a section lies after it is moved is counted before it is taken away.
struct move_section {
  id client;
  id section;
  place index = 0;
};

/// Its cells go to the bin, or else to the section before.
struct delete_section {
  id client;
  id section;
  bool delete_cells = false;
};

struct insert_cell {
  id client;
  id section;
  place index = -1;
  /// "code" or "markdown".
  std::string type;
  id cell;
  std::string source;
};

/// Where a cell lies after it is moved is counted before it is taken away.
struct move_cell {
  id client;
  id cell;
  id section;
  place index = 0;
};

struct delete_cell {
  id client;
  id cell;
};

struct restore_cell {
  id client;
  id cell;
};

struct apply_cell_delta {
  id client;
  id cell;
  libsync::delta change;
  /// The revision of the cell for which the change was made.
  libsync::revision revision = 0;
  /// Where the client is after the change; where nothing is told, nobody knows.
  std::optional<libsync::selections> where = std::nullopt;
  /// Refused if the cell lives another life; where nothing is told, any will do.
  std::optional<notebook_example::life> life = std::nullopt;
};

struct report_cell_revision {
  id client;
  id cell;
  libsync::revision revision = 0;
  std::optional<notebook_example::life> life = std::nullopt;
};

/// Of a code cell; empty if it has none.
struct set_cell_language {
  id client;
  id cell;
  std::string language;
};

struct set_notebook_name {
  id client;
  std::string name;
};

/// The notebook was saved as it was after so many changes; where nothing is told, as it is.
struct notebook_saved {
  id client;
  std::optional<std::uint64_t> changes = std::nullopt;
};

struct client_join {
  id client;
  id user;
  std::string user_name;
};

struct client_leave {
  id client;
};

struct update_user {
  id client;
  id user;
  std::string user_name;
};

using operation =
    std::variant<insert_section, insert_section_into, insert_branching_section_into,
                 set_section_parent, unset_section_parent, set_section_name, move_section,
                 delete_section, insert_cell, move_cell, delete_cell, restore_cell,
                 apply_cell_delta, report_cell_revision, set_notebook_name, notebook_saved,
                 client_join, client_leave, update_user, set_cell_language>;

/// Returns about how many bytes an operation takes, with all that it carries.
template <class Operation>
requires requires(const Operation& op) {
  op.client;
}
std::size_t size_of(const Operation& op) noexcept {
  std::size_t bytes = sizeof op;
  const auto add = [&](const auto&... parts) { bytes += libsync::owned_bytes(parts...); };
  add(op.client);
  if constexpr (requires { op.section; })
    add(op.section);
  if constexpr (requires { op.added; })
    add(op.added);
  if constexpr (requires { op.parent; })
    add(op.parent);
  if constexpr (requires { op.cell; })
    add(op.cell);
  if constexpr (requires { op.name; })
    add(op.name);
  if constexpr (requires { op.language; })
    add(op.language);
  if constexpr (requires { op.source; })
    add(op.type, op.source);
  if constexpr (requires { op.change; })
    add(op.change, op.where);
  if constexpr (requires { op.user; })
    add(op.user, op.user_name);
  return bytes;
}

} // namespace notebook_example
