#pragma once

/// Finding things in a notebook, and the words for what is not there.

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "notebook/model/notebook.hpp"

#include "libsync/text.hpp"

namespace notebook_example {

/// Where a cell is.
struct position {
  std::size_t section;
  std::size_t index;
};

inline std::optional<std::size_t> find_section(const notebook& in, const id& key) {
  const auto known = in.places.all.find(key);
  if (known == in.places.all.end())
    return std::nullopt;
  return find_around(in.sections, known->second.index,
                     [&](const section& one) { return one.key == key; });
}

inline std::optional<position> find_cell(const notebook& in, const id& key) {
  const auto cell = in.cells.find(key);
  if (cell == in.cells.end())
    return std::nullopt;
  const auto& [home, place] = cell->second.lies;
  const auto section = find_section(in, home);
  const auto index = section ? find_around(in.sections[*section].cells, place,
                                           [&](const id& one) { return one == key; })
                             : std::nullopt;
  return index ? std::optional{position{*section, *index}} : std::nullopt;
}

inline auto find_deleted(const notebook& in, const id& key) {
  return std::find_if(in.bin.begin(), in.bin.end(),
                      [&](const deleted_cell& one) { return one.cell == key; });
}

/// Returns the first section that branches off from one, which lies below that.
inline std::optional<std::size_t> first_child(const notebook& in, const id& parent) {
  const auto known = in.places.all.find(parent);
  if (known == in.places.all.end() || known->second.children == 0)
    return std::nullopt;
  auto child = *find_section(in, parent) + 1;
  while (in.sections[child].parent != parent)
    ++child;
  return child;
}

/// What `where` means in a list of `size`: -1 or past the end is the end.
inline std::ptrdiff_t offset_in(std::size_t size, place where) {
  const auto end = static_cast<place>(size);
  return static_cast<std::ptrdiff_t>(where < 0 || where > end ? end : where);
}

inline libsync::outcome no_section(const id& key) {
  return libsync::refused("there is no section " + key);
}

inline libsync::outcome no_cell(const id& key) {
  return libsync::refused("there is no cell " + key);
}

/// Refuses what is no place: -1 and up.
inline libsync::outcome check_place(place where) {
  return where >= -1 ? libsync::accepted()
                     : libsync::refused("index " + std::to_string(where) + " is before -1");
}

/// Refuses what could not be written to a file.
inline libsync::outcome check_name(std::string_view name) {
  if (libsync::utf8::find_invalid(name) != libsync::utf8::npos)
    return libsync::refused("the name has invalid UTF-8");
  return name.find('\0') == name.npos ? libsync::accepted()
                                      : libsync::refused("the name has a zero byte");
}

/// Refuses what is no part of a cell's source. A line end is one unit there, whatever it is in the
/// file; and a file with a zero byte is no text.
inline libsync::outcome check_source(std::string_view text) {
  if (text.find('\0') != text.npos)
    return libsync::refused("the text has a zero byte");
  return text.find('\r') == text.npos
             ? libsync::accepted()
             : libsync::refused(
                   "the text has a carriage return, expected \\n at the end of a line");
}

/// Whether a delta does more than to say where somebody is. Without an insert, no more is left than
/// before unless nothing is erased.
inline bool changes_text(const libsync::delta& change) {
  return !change.inserted().empty() || change.after() != change.before();
}

/// Notes a change that saving is about.
inline libsync::outcome changed(notebook& self) {
  ++self.changes;
  return libsync::accepted();
}

} // namespace notebook_example
