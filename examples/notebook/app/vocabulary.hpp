#pragma once

/// The words that lines begin with, and what a line may go on with.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "notebook/model/notebook.hpp"

namespace notebook_example {

/// What nobody has to say in particular, such as `save`.
[[nodiscard]] std::span<const std::string_view> commands();

/// What somebody does, such as `go`.
[[nodiscard]] std::span<const std::string_view> actions();

[[nodiscard]] bool is_one_of(std::span<const std::string_view> all, std::string_view word);

/// Says that a word is none of `all`, with the nearest of them if one is near.
[[nodiscard]] std::string no_command(std::string_view word, std::span<const std::string_view> all);

/// Returns what the last word of a line may be completed to. Names of people, sections and cells
/// are those of the notebook.
[[nodiscard]] std::vector<std::string> complete(std::string_view line, const notebook& data);

} // namespace notebook_example
