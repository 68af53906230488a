#pragma once

/// Lines of a script, or of the prompt.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsync/libsync.hpp"

namespace notebook_example {

/// A line in its words, and what of it stands behind each.
class words {
public:
  explicit words(std::string_view line) : left_(line) {}

  /// Takes the next word; empty at the end.
  std::string next();

  /// Takes all the rest, with `\n`, `\t` and `\\` in it resolved.
  libsync::result<std::string> text();

  /// Takes what stands before the next ` by `, and that too; refused if there is none.
  libsync::result<std::string> text_before_by();

  /// Takes `at` and a number, if these come next.
  std::optional<std::int64_t> place();

  /// Takes the next word as a whole number; `otherwise` at the end.
  libsync::result<std::int64_t> number(const std::string& what,
                                       std::optional<std::int64_t> otherwise = std::nullopt);

  [[nodiscard]] bool at_end();

private:
  void skip_blanks();

  std::string_view left_;
};

/// What can be said, for people.
extern const char* const help;

} // namespace notebook_example
