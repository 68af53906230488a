#pragma once

/// Traces of what people typed, as files of JSON (the format of josephg/editing-traces).

#include <cstddef>
#include <string>
#include <vector>

#include "libsync/text/delta.hpp"

namespace bench {

/// One edit by one person.
struct traced_edit {
  std::size_t by = 0;
  libsync::delta change;
  /// How many edits of each person its author had seen.
  std::vector<std::size_t> seen;
};

/// Edits, each behind all that its author had seen, and the text at the beginning and at the end.
struct trace {
  std::string name;
  std::string begin;
  std::string end;
  std::size_t people = 1;
  std::vector<traced_edit> edits;

  /// Reads a file, with `gzip` if its name ends in `.gz`. With `letters` each character becomes an
  /// ASCII letter. Throws std::runtime_error if it cannot be read.
  static trace read(const std::string& path, bool letters);
};

} // namespace bench
