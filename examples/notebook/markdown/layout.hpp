#pragma once

/// How a notebook stands in its file, so that what nobody edits is written back as it was.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "notebook/model/operations.hpp"

namespace notebook_example {

/// A piece of a file: the title, a section's heading, or a cell, with the blank lines behind it.
/// All pieces of a file, one after the other, are the file.
struct piece {
  /// Empty for the title.
  id key;
  /// What the notebook made of it: a name or a source.
  std::string content;
  /// The number of the section from which a section branches off, counted from 1; 0 is none.
  std::size_t parent = 0;
  /// Text without marks around it, which would run into more such text.
  bool is_plain_text = false;
  std::string raw;
};

/// The pieces of a file in their order, the title first.
class layout {
public:
  void add(piece next) {
    places_[next.key] = pieces_.size();
    pieces_.push_back(std::move(next));
  }

  /// Lets the last piece end in more blank lines.
  void extend(std::string_view more) { pieces_.back().raw += more; }

  /// Puts more into the title's piece.
  void insert_into_title(std::size_t at, std::string_view more) {
    pieces_.front().raw.insert(at, more);
  }

  [[nodiscard]] const std::vector<piece>& pieces() const noexcept { return pieces_; }

  /// Returns the piece of a title (empty), section or cell; null if it stands in no file.
  [[nodiscard]] const piece* find(const id& key) const {
    const auto found = places_.find(key);
    return found == places_.end() ? nullptr : &pieces_[found->second];
  }

  /// Whether `second` comes right after `first`.
  [[nodiscard]] bool adjacent(const id& first, const id& second) const {
    const auto one = places_.find(first);
    const auto other = places_.find(second);
    return one != places_.end() && other != places_.end() && one->second + 1 == other->second;
  }

  /// What ends a line in the file.
  std::string line_end = "\n";

private:
  std::vector<piece> pieces_;
  std::map<id, std::size_t> places_;
};

} // namespace notebook_example
