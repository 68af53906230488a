#include "notebook/markdown/borders.hpp"

#include <algorithm>
#include <functional>

#include "notebook/markdown/lines.hpp"

namespace notebook_example {

borders::borders(std::string_view file) {
  for (auto left = file; !left.empty();) {
    const auto line = first_line(left);
    if (const auto number = number_in_comment(line, cell_ends))
      ends_[*number].push_back(left.size());
    left.remove_prefix(line.size());
  }
}

std::optional<std::size_t> borders::size_before(std::size_t number, std::size_t left) const {
  const auto found = ends_.find(number);
  if (found == ends_.end())
    return std::nullopt;
  const auto& all = found->second;
  const auto next = std::lower_bound(all.begin(), all.end(), left, std::greater{});
  return next == all.end() ? std::nullopt : std::optional{left - *next};
}

} // namespace notebook_example
