#pragma once

/// Where the borders of texts end in a file of Livebook.

#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace notebook_example {

/// The closing borders of a file, found in one pass, so that opening borders do not each look for
/// their own. A place is told by how many bytes are left of the file there.
class borders {
public:
  explicit borders(std::string_view file);

  /// Returns how many bytes stand before the next closing border of this number, in what is left of
  /// the file; nothing if there is none.
  [[nodiscard]] std::optional<std::size_t> size_before(std::size_t number, std::size_t left) const;

  /// Counts bytes between borders that turned out to hold no text. In a file that somebody made for
  /// it, borders lie in each other by the thousand, and each holds all the rest. Returns whether
  /// that is too much.
  bool count_in_vain(std::size_t bytes) noexcept { return (in_vain_ += bytes) > most_in_vain; }

private:
  static constexpr std::size_t most_in_vain = std::size_t{64} << 20;

  // By number; of each the first one in the file first.
  std::map<std::size_t, std::vector<std::size_t>> ends_;
  std::size_t in_vain_ = 0;
};

} // namespace notebook_example
