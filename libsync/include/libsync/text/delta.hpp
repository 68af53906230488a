#pragma once

/// A change of a text: what is retained, inserted and deleted, from the beginning on.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "libsync/outcome.hpp"
#include "libsync/text/inline_vector.hpp"
#include "libsync/text/utf8.hpp"

namespace libsync {

class delta;
class text;
enum class priority;
template <class T>
class result;
namespace detail {
class delta_cursor;
}

/// One component of a delta. `units` counts UTF-16 code units and is never 0.
struct delta_component {
  enum class kind { insert, retain, erase };

  kind what = kind::retain;
  std::uint64_t units = 0;
  /// What is inserted, as UTF-8; empty for the other kinds. Valid as long as the delta.
  std::string_view inserted;
};

/// A list of components, always in canonical form, which is unique for each change:
///
/// 1. none is empty;
/// 2. two neighbours never have the same kind;
/// 3. where an insert and an erase touch, the insert stands first.
///
/// Text beyond the last component is kept. Lengths count UTF-16 code units, inserted text is UTF-8.
/// All operations on deltas are linear in the number of components and in the inserted text; those
/// with at most four components and fifteen inserted bytes allocate nothing.
///
/// Appending makes whatever is appended canonical. A trailing retain is kept by appending, and
/// removed by `compose`, `transform` and `trim`.
class delta {
public:
  /// The greatest length that a delta may span before or after it is applied: what a double, and so
  /// JSON in every language, can count exactly.
  static constexpr std::uint64_t longest = (std::uint64_t{1} << 53) - 1;

  delta() = default;

  /// Appends an insert of UTF-8, or refuses what is none.
  outcome insert(std::string_view utf8) {
    if (const auto bad = utf8::find_invalid(utf8); bad != utf8::npos)
      return refused("the inserted text is no UTF-8 at its byte " + std::to_string(bad));
    const auto units = utf8::units(utf8);
    if (units > longest - after_)
      return too_long();
    inserted_ += utf8;
    push_insert(utf8.size(), units);
    return accepted();
  }

  /// Appends a retain of so many code units, or refuses what would be longer than `longest`.
  outcome retain(std::uint64_t units) {
    if (units > longest - before_ || units > longest - after_)
      return too_long();
    push_retain(units);
    return accepted();
  }

  /// Appends the deletion of so many code units, or refuses what would be longer than `longest`.
  outcome erase(std::uint64_t units) {
    if (units > longest - before_)
      return too_long();
    push_erase(units);
    return accepted();
  }

  /// Removes a trailing retain, which changes nothing.
  void trim() noexcept {
    if (parts_.empty() || !parts_[parts_.size() - 1].is_retain())
      return;
    before_ -= parts_[parts_.size() - 1].units();
    after_ -= parts_[parts_.size() - 1].units();
    parts_.pop_back();
  }

  /// Returns how much of a text it covers, and how long that is afterwards.
  [[nodiscard]] std::uint64_t before() const noexcept { return before_; }
  [[nodiscard]] std::uint64_t after() const noexcept { return after_; }

  /// Whether it changes nothing and retains nothing.
  [[nodiscard]] bool empty() const noexcept { return parts_.empty(); }

  /// The number of components.
  [[nodiscard]] std::size_t size() const noexcept { return parts_.size(); }

  /// All inserted text, one insert after the other.
  [[nodiscard]] const std::string& inserted() const noexcept { return inserted_; }

  /// Calls `visit(delta_component)` for all components, in order.
  template <class Visit>
  void for_each(Visit visit) const {
    const char* next = inserted_.data();
    for (const part& one : parts_.view()) {
      visit(delta_component{one.what(), one.units(), {next, one.bytes}});
      next += one.bytes;
    }
  }

  friend bool operator==(const delta& left, const delta& right) {
    return left.parts_ == right.parts_ && left.inserted_ == right.inserted_;
  }

private:
  friend delta transform(const delta& first, const delta& second, priority which);
  friend result<delta> compose(const delta& first, const delta& second);
  friend delta difference(const text& from, const text& to);
  friend class detail::delta_cursor;

  // An insert has bytes; of the others, a retain is positive and an erase negative.
  struct part {
    std::int64_t length;
    std::size_t bytes;

    [[nodiscard]] bool is_insert() const noexcept { return bytes != 0; }
    [[nodiscard]] bool is_retain() const noexcept { return bytes == 0 && length > 0; }
    [[nodiscard]] bool is_erase() const noexcept { return length < 0; }
    [[nodiscard]] std::uint64_t units() const noexcept {
      return static_cast<std::uint64_t>(length < 0 ? -length : length);
    }
    [[nodiscard]] delta_component::kind what() const noexcept {
      using kind = delta_component::kind;
      return is_insert() ? kind::insert : is_retain() ? kind::retain : kind::erase;
    }
    friend bool operator==(const part&, const part&) = default;
  };

  static outcome too_long() {
    return refused("a delta spans at most " + std::to_string(longest) + " code units");
  }

  void push_retain(std::uint64_t units) {
    const auto length = static_cast<std::int64_t>(units);
    if (length == 0)
      return;
    before_ += units;
    after_ += units;
    if (!parts_.empty() && parts_[parts_.size() - 1].is_retain())
      parts_[parts_.size() - 1].length += length;
    else
      parts_.push_back({length, 0});
  }

  void push_erase(std::uint64_t units) {
    const auto length = static_cast<std::int64_t>(units);
    if (length == 0)
      return;
    before_ += units;
    if (!parts_.empty() && parts_[parts_.size() - 1].is_erase())
      parts_[parts_.size() - 1].length -= length;
    else
      parts_.push_back({-length, 0});
  }

  // An insert whose text stands in `inserted_` already. Since an erase has none, the text stays in
  // order when its insert slides in front of one.
  void push_insert(std::size_t bytes, std::uint64_t units) {
    if (bytes == 0)
      return;
    after_ += units;
    const part added{static_cast<std::int64_t>(units), bytes};
    const auto size = parts_.size();
    if (size == 0 || parts_[size - 1].is_retain())
      return parts_.push_back(added);
    if (parts_[size - 1].is_insert())
      return merge(parts_[size - 1], added);
    if (size > 1 && parts_[size - 2].is_insert())
      return merge(parts_[size - 2], added);
    parts_.push_back(parts_[size - 1]);
    parts_[size - 1] = added;
  }

  static void merge(part& into, const part& added) noexcept {
    into.length += added.length;
    into.bytes += added.bytes;
  }

  detail::inline_vector<part, 4> parts_;
  std::string inserted_;
  std::uint64_t before_ = 0;
  std::uint64_t after_ = 0;
};

} // namespace libsync
