#pragma once

/// Files of the system, with errors in words.

#include <string>
#include <string_view>

#include "libsync/libsync.hpp"

namespace notebook_example {

/// What the last call to the system says of its failure.
std::string last_error();

/// A file that is open; closes it.
class opened_file {
public:
  /// Takes what opening has returned: a number below 0 is none.
  explicit opened_file(int number) noexcept : number_(number) {}
  opened_file(const opened_file&) = delete;
  opened_file& operator=(const opened_file&) = delete;
  ~opened_file();

  explicit operator bool() const noexcept { return number_ >= 0; }
  [[nodiscard]] int number() const noexcept { return number_; }

private:
  int number_;
};

/// The refusal after a call that could not write.
libsync::outcome not_written();

/// Writes all bytes.
libsync::outcome write_all(const opened_file& to, std::string_view bytes);

} // namespace notebook_example
