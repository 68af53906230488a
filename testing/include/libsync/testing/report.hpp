#pragma once

/// What a check of somebody's data has found.

#include <cstdint>
#include <optional>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace libsync::testing {

/// What went wrong, and how to see it again.
struct failure {
  /// The seed under which it went wrong.
  std::uint64_t seed = 0;
  /// The promise that does not hold, in a sentence.
  std::string what;
  /// The shortest way to it that was found, one step a line.
  std::string steps;
  /// The line that repeats it.
  std::string repeat;

  friend std::ostream& operator<<(std::ostream& out, const failure& one) {
    out << "seed " << one.seed << ": " << one.what << '\n' << one.steps;
    if (!one.steps.empty() && one.steps.back() != '\n')
      out << '\n';
    return out << "to repeat it: " << one.repeat << '\n';
  }
};

/// Thrown by `report::check`.
class failed : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// The result of a check. It holds in a condition where nothing went wrong, so each framework of
/// tests can require it; it prints what it has to say.
struct report {
  /// How many seeds were run, the failed one included.
  std::uint64_t runs = 0;
  /// The digest of all that happened: equal for equal seeds.
  std::uint64_t digest = 0;
  /// What went wrong first.
  std::optional<testing::failure> failure;

  [[nodiscard]] explicit operator bool() const noexcept { return !failure; }

  /// Throws `failed` with the whole text if something went wrong.
  void check() const {
    if (!failure)
      return;
    std::ostringstream text;
    text << *this;
    throw failed(text.str());
  }

  friend std::ostream& operator<<(std::ostream& out, const report& one) {
    if (one.failure)
      return out << *one.failure;
    return out << one.runs << " passed";
  }
};

} // namespace libsync::testing
