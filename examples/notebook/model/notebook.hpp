#pragma once

/// The data of the example: a notebook that many edit at once, as the reducer changes it.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "notebook/model/frame.hpp"
#include "notebook/model/operations.hpp"
#include "notebook/model/places.hpp"

#include "libsync/libsync.hpp"
#include "libsync/text.hpp"

namespace notebook_example {

struct section {
  id key;
  std::string name = "Section";
  /// The section from which this one branches off, which itself branches off from none.
  std::optional<id> parent;
  /// In their order.
  std::vector<id> cells;
  notebook_example::frame frame{};

  friend bool operator==(const section&, const section&) = default;
};

enum class cell_type { code, markdown };

struct cell {
  cell_type type = cell_type::code;
  notebook_example::life life = 0;
  libsync::shared_text<id> source;
  notebook_example::frame frame{};
  put_at lies{};

  friend bool operator==(const cell&, const cell&) = default;
};

/// A cell in the bin as it stood, and where it was.
struct deleted_cell {
  id cell;
  cell_type type = cell_type::code;
  notebook_example::life life = 0;
  libsync::text source;
  id section;
  std::string section_name;
  std::size_t index = 0;
  notebook_example::frame frame{};

  friend bool operator==(const deleted_cell&, const deleted_cell&) = default;
};

struct notebook {
  using operation = notebook_example::operation;

  /// Most cells in the bin; the oldest are forgotten first.
  static constexpr std::size_t bin_size = 10'000;

  std::string name = "Untitled notebook";
  std::vector<section> sections;
  section_places places;
  /// Those of all sections; their order is in `sections`.
  std::map<id, cell> cells;
  /// Newest first.
  std::deque<deleted_cell> bin;
  /// The user of each client, and the name of each user.
  std::map<id, id> clients;
  std::map<id, std::string> users;
  notebook_example::sheet sheet;
  /// How many changes were made that saving is about, and how many of them are saved.
  std::uint64_t changes = 0;
  std::optional<std::uint64_t> saved;

  /// Whether there is something to save. A new notebook was never saved.
  [[nodiscard]] bool dirty() const noexcept { return saved != changes; }

  friend bool operator==(const notebook&, const notebook&) = default;
};

libsync::outcome reduce(notebook& self, const insert_section& op);
libsync::outcome reduce(notebook& self, const insert_section_into& op);
libsync::outcome reduce(notebook& self, const insert_branching_section_into& op);
libsync::outcome reduce(notebook& self, const set_section_parent& op);
libsync::outcome reduce(notebook& self, const unset_section_parent& op);
libsync::outcome reduce(notebook& self, const set_section_name& op);
libsync::outcome reduce(notebook& self, const move_section& op);
libsync::outcome reduce(notebook& self, const delete_section& op);

libsync::outcome reduce(notebook& self, const insert_cell& op);
libsync::outcome reduce(notebook& self, const move_cell& op);
libsync::outcome reduce(notebook& self, const delete_cell& op);
libsync::outcome reduce(notebook& self, const restore_cell& op);
libsync::outcome reduce(notebook& self, const apply_cell_delta& op);
libsync::outcome reduce(notebook& self, const report_cell_revision& op);
libsync::outcome reduce(notebook& self, const set_cell_language& op);

libsync::outcome reduce(notebook& self, const set_notebook_name& op);
libsync::outcome reduce(notebook& self, const notebook_saved& op);
libsync::outcome reduce(notebook& self, const client_join& op);
libsync::outcome reduce(notebook& self, const client_leave& op);
libsync::outcome reduce(notebook& self, const update_user& op);

} // namespace notebook_example
