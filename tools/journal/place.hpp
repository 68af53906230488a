#pragma once

/// Where a journal is: in a file of SQLite's, or in a Redis.

#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>

#include "libsync/json/rows.hpp"
#include "libsync/stored_state.hpp"
#include "verify.hpp"

namespace libsync::journal_tool {

/// Knows how to open a journal, and what is special about where it is. Its rows are closed before
/// it is destroyed. Errors are a storage_error.
class place {
public:
  place() = default;
  place(const place&) = delete;
  place& operator=(const place&) = delete;
  virtual ~place() = default;

  /// Opens for reading what must be there. Nothing is written.
  [[nodiscard]] virtual std::unique_ptr<row_store> read() = 0;
  /// Opens for writing what must be there.
  [[nodiscard]] virtual std::unique_ptr<row_store> change() = 0;
  /// Makes a journal, which keeps what it promises at this level; opens it if it is there.
  [[nodiscard]] virtual std::unique_ptr<row_store> make(durability level) = 0;

  /// Writes a line that says which place it is.
  virtual void describe(std::ostream& to) const = 0;
  /// Returns a sentence about what was found and is no part of the journal; empty if nothing was.
  [[nodiscard]] virtual std::string notice() const { return {}; }
  /// Adds faults that the rows do not show.
  virtual void check(findings& /*into*/) const {}
  /// Gives back the room of what the journal has forgotten. Writes a line about it, if it knows.
  virtual void shrink(std::ostream& /*to*/) const {}
};

/// What names a place, and is in no form that is known.
struct bad_address : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

/// Returns the place that is named by `redis://HOST:PORT/NAME`, by `redis:///SOCKET/NAME`, or else
/// by the name of a file. Throws bad_address, or `std::runtime_error` if this program was built
/// without what keeps journals there. Nothing is opened yet.
[[nodiscard]] std::unique_ptr<place> find_place(const std::string& words);

// One for each kind of place.
[[nodiscard]] std::unique_ptr<place> find_file(const std::string& file);
[[nodiscard]] std::unique_ptr<place> find_in_redis(const std::string& address);

} // namespace libsync::journal_tool
