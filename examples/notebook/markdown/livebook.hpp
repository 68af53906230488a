#pragma once

/// What a notebook is to Livebook.

#include <cstddef>
#include <string_view>

#include "notebook/markdown/comments.hpp"
#include "notebook/model/language.hpp"
#include "notebook/model/notebook.hpp"

namespace notebook_example {

/// Whether a section has a heading in its file: cells before the first one are in a section that
/// has none.
inline bool needs_heading(const notebook& data, const section& one) {
  return one.frame.number == 0 || one.frame.has_marks() || &one != &data.sections.front() ||
         one.name != "Section" || one.parent || one.cells.empty();
}

/// Returns the language of code that is new; empty if it is written without one.
inline std::string_view language_of_new_code(const notebook& data, dialect is) {
  if (is == dialect::markdown)
    return {};
  const auto settings = attachments_at(data.sheet.title.above).object;
  return json_member(settings, "default_language") == "\"erlang\"" ? "erlang" : "elixir";
}

/// Whether the first section is the code below the title that sets up the notebook. That is no
/// section to Livebook, and is not counted.
inline bool sets_up(const notebook& data, bool has_title, dialect is) {
  if (!has_title || data.sections.empty() || needs_heading(data, data.sections.front()))
    return false;
  const auto& cells = data.sections.front().cells;
  const auto has_language = [&](std::size_t at, std::string_view wanted) {
    const auto& one = data.cells.at(cells[at]);
    if (one.type != cell_type::code)
      return false;
    return (one.frame.number == 0 ? language_of_new_code(data, is) : info_of(one.frame.opener)) ==
           wanted;
  };
  return cells.size() <= 2 && has_language(0, "elixir") &&
         (cells.size() == 1 || has_language(1, "pyproject.toml"));
}

} // namespace notebook_example
