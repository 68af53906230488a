#pragma once

/// Walks through the components of a delta, a piece at a time.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "libsync/text/delta.hpp"
#include "libsync/text/utf8.hpp"

namespace libsync::detail {

/// A place in a delta: a component and how much of it is left.
class delta_cursor {
public:
  explicit delta_cursor(const delta& in) noexcept
      : next_(in.parts_.data()), end_(next_ + in.parts_.size()), text_(in.inserted_.data()) {
    enter();
  }

  [[nodiscard]] bool at_end() const noexcept { return next_ == end_; }
  [[nodiscard]] bool is_insert() const noexcept { return bytes_ != 0; }
  [[nodiscard]] bool is_erase() const noexcept { return next_->length < 0; }
  /// What is left of the component.
  [[nodiscard]] std::uint64_t units() const noexcept { return units_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::string_view inserted() const noexcept { return {text_, bytes_}; }

  /// Leaves the component.
  void skip() noexcept {
    text_ += bytes_;
    ++next_;
    enter();
  }

  /// Passes `units` of a retain or an erase.
  void pass(std::uint64_t units) noexcept {
    units_ -= units;
    if (units_ == 0)
      skip();
  }

  /// Passes `units` of an insert that are `bytes` long.
  void pass_inserted(std::uint64_t units, std::size_t bytes) noexcept {
    units_ -= units;
    bytes_ -= bytes;
    text_ += bytes;
    if (units_ == 0)
      skip();
  }

  /// Returns where the first `units` of an insert end; `npos` inside a surrogate pair.
  [[nodiscard]] std::size_t bytes_of(std::uint64_t units) const noexcept {
    if (units == units_)
      return bytes_;
    if (units_ == bytes_)
      return static_cast<std::size_t>(units); // all ASCII
    const auto reached = utf8::advance(inserted(), units);
    return reached.in_pair ? utf8::npos : reached.bytes;
  }

private:
  void enter() noexcept {
    units_ = at_end() ? 0 : next_->units();
    bytes_ = at_end() ? 0 : next_->bytes;
  }

  const delta::part* next_;
  const delta::part* end_;
  const char* text_;
  std::uint64_t units_ = 0;
  std::size_t bytes_ = 0;
};

} // namespace libsync::detail
