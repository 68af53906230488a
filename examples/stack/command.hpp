#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "stack.hpp"

namespace stack_example {

struct joins {};
struct leaves {};
struct undoes {};
struct redoes {};

/// One line of a script.
struct command {
  std::size_t line = 0;
  std::string client;
  std::variant<stack::operation, joins, leaves, undoes, redoes> what;
};

/// Reads a line: nothing if it is blank or a comment; a text that says what was expected if it
/// cannot be read.
std::variant<std::monostate, command, std::string> read_command(std::string_view line,
                                                                std::size_t number);

} // namespace stack_example
