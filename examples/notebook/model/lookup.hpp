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
  for (std::size_t i = 0; i < in.sections.size(); ++i)
    if (in.sections[i].key == key)
      return i;
  return std::nullopt;
}

inline std::optional<position> find_cell(const notebook& in, const id& key) {
  if (!in.cells.contains(key))
    return std::nullopt;
  for (std::size_t i = 0; i < in.sections.size(); ++i) {
    const auto& cells = in.sections[i].cells;
    if (const auto found = std::find(cells.begin(), cells.end(), key); found != cells.end())
      return position{i, static_cast<std::size_t>(found - cells.begin())};
  }
  return std::nullopt;
}

inline auto find_deleted(const notebook& in, const id& key) {
  return std::find_if(in.bin.begin(), in.bin.end(),
                      [&](const deleted_cell& one) { return one.cell == key; });
}

inline std::optional<std::size_t> first_child(const notebook& in, const id& parent) {
  for (std::size_t i = 0; i < in.sections.size(); ++i)
    if (in.sections[i].parent == parent)
      return i;
  return std::nullopt;
}

/// What `where` means in a list of `size`: -1 or past the end is the end.
inline std::ptrdiff_t offset_in(std::size_t size, place where) {
  const auto end = static_cast<place>(size);
  return static_cast<std::ptrdiff_t>(where < 0 || where > end ? end : where);
}

template <class T>
void insert_at(std::vector<T>& list, place where, T what) {
  list.insert(list.begin() + offset_in(list.size(), where), std::move(what));
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

/// Notes a change that saving is about.
inline libsync::outcome changed(notebook& self) {
  ++self.changes;
  return libsync::accepted();
}

/// Puts a cell into the bin; what takes it out of its section comes after.
void put_into_bin(notebook& self, const id& key, const position& at);

} // namespace notebook_example
