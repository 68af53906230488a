#pragma once

/// Random numbers that are the same everywhere for the same seed.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>

namespace libsync::testing {

/// A source of random numbers, by the splitmix64 of Steele, Lea and Flood. It is a
/// `std::uniform_random_bit_generator`. The distributions of the standard library give different
/// numbers on different systems, so a test that is to repeat uses the functions here. One thread at
/// a time.
class random {
public:
  using result_type = std::uint64_t;

  explicit constexpr random(std::uint64_t seed) noexcept : state_(seed) {}

  static constexpr result_type min() noexcept { return 0; }
  static constexpr result_type max() noexcept { return std::numeric_limits<result_type>::max(); }

  constexpr result_type operator()() noexcept {
    state_ += 0x9E3779B97F4A7C15U;
    auto bits = state_;
    bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9U;
    bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
    return bits ^ (bits >> 31U);
  }

  /// Returns a number below `bound`, which is at least 1.
  constexpr std::uint64_t below(std::uint64_t bound) noexcept { return (*this)() % bound; }

  /// Returns a number from `least` to `most`, both included.
  constexpr std::int64_t between(std::int64_t least, std::int64_t most) noexcept {
    const auto span = static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least) + 1;
    const auto step = span == 0 ? (*this)() : below(span);
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(least) + step);
  }

  /// Returns true in `percent` of a hundred cases.
  constexpr bool chance(unsigned percent) noexcept { return below(100) < percent; }

  /// Returns one element of a container that is not empty.
  template <class Container>
  constexpr decltype(auto) one_of(Container&& from) noexcept(noexcept(from[0])) {
    return from[static_cast<std::size_t>(below(std::size(from)))];
  }

  /// Returns a source of its own, so that what one part takes does not change what another gets.
  constexpr random split() noexcept { return random{(*this)()}; }

private:
  std::uint64_t state_;
};

} // namespace libsync::testing
