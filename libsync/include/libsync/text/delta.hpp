#pragma once

/// A change of a text: what is retained, inserted and deleted, from the beginning on.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "libsync/outcome.hpp"
#include "libsync/result.hpp"
#include "libsync/text/detail/inline_vector.hpp"
#include "libsync/text/utf8.hpp"

namespace libsync {

class delta;
class text;
enum class priority;

/// A component of a delta. `units` counts UTF-16 code units and is never 0.
struct delta_component {
  enum class kind { insert, retain, erase };

  kind what = kind::retain;
  std::uint64_t units = 0;
  /// The inserted text, as UTF-8; empty for the other kinds. Valid as long as the delta.
  std::string_view inserted;
};

namespace detail {

struct text_change;

/// The edit of a delta at one place: it retains, then inserts, then erases.
struct edit {
  std::uint64_t retained;
  std::uint64_t inserted;
  std::uint64_t erased;
  std::size_t inserted_bytes;

  [[nodiscard]] bool changes() const noexcept { return (inserted_bytes | erased) != 0; }
  friend bool operator==(const edit&, const edit&) = default;
};

} // namespace detail

/// A list of components, always in canonical form, which is unique for each change:
///
/// 1. none is empty;
/// 2. two neighbours never have the same kind;
/// 3. where an insert and an erase touch, the insert stands first.
///
/// Text beyond the last component is kept. Lengths count UTF-16 code units, inserted text is UTF-8.
/// All operations on deltas are linear in the number of components and in the inserted text. A
/// delta that changes a text at no more than three places, and inserts at most fifteen bytes,
/// allocates nothing.
///
/// Appending keeps the canonical form. It also keeps a trailing retain, which `trim` removes. The
/// results of `compose`, `transform` and `difference` have none.
class delta {
public:
  /// The greatest length that a delta may span before or after it is applied. A double, and so JSON
  /// in every language, counts exactly up to it.
  static constexpr std::uint64_t longest = (std::uint64_t{1} << 53) - 1;

  delta() = default;
  delta(const delta&) = default;
  delta(delta&&) noexcept = default;
  // Wholly or not at all: the edits tell how the inserted text is parted.
  delta& operator=(const delta& other) {
    if (this != &other)
      *this = delta{other};
    return *this;
  }
  delta& operator=(delta&&) noexcept = default;
  ~delta() = default;

  /// Appends an insert of UTF-8, or refuses text that is not valid.
  outcome insert(std::string_view utf8) {
    if (const auto bad = utf8::find_invalid(utf8); bad != utf8::npos)
      return refused("invalid UTF-8 at byte " + std::to_string(bad) + " of the inserted text");
    const auto units = utf8::units(utf8);
    if (units > longest - after_)
      return too_long();
    if (units == 0)
      return accepted();
    inserted_ += utf8; // all that may throw: the first edit takes no memory
    last().inserted += units;
    last().inserted_bytes += utf8.size();
    after_ += units;
    return accepted();
  }

  /// Appends a retain of so many code units. Refused if the delta would be longer than `longest`.
  outcome retain(std::uint64_t units) {
    if (units > longest - before_ || units > longest - after_)
      return too_long();
    if (units == 0)
      return accepted();
    if (last().changes())
      edits_.push_back(detail::edit{});
    last().retained += units;
    before_ += units;
    after_ += units;
    return accepted();
  }

  /// Appends the deletion of so many code units. Refused if the delta would be longer than
  /// `longest`.
  outcome erase(std::uint64_t units) {
    if (units > longest - before_)
      return too_long();
    if (units == 0)
      return accepted();
    last().erased += units;
    before_ += units;
    return accepted();
  }

  /// Removes a trailing retain, which changes nothing.
  void trim() noexcept {
    if (edits_.empty() || last().changes())
      return;
    before_ -= last().retained;
    after_ -= last().retained;
    edits_.pop_back();
  }

  /// Returns the length of the text that it covers, and the length of that text afterwards.
  [[nodiscard]] std::uint64_t before() const noexcept { return before_; }
  [[nodiscard]] std::uint64_t after() const noexcept { return after_; }

  /// Whether it has no component.
  [[nodiscard]] bool empty() const noexcept { return edits_.empty(); }

  /// All inserted text, one insert after the other.
  [[nodiscard]] const std::string& inserted() const noexcept { return inserted_; }

  /// Calls `visit(delta_component)` for all components, in order.
  template <class Visit>
  void for_each(Visit visit) const {
    using kind = delta_component::kind;
    const char* next = inserted_.data();
    for (const auto& one : edits()) {
      if (one.retained != 0)
        visit(delta_component{kind::retain, one.retained, {}});
      if (one.inserted != 0)
        visit(delta_component{kind::insert, one.inserted, {next, one.inserted_bytes}});
      if (one.erased != 0)
        visit(delta_component{kind::erase, one.erased, {}});
      next += one.inserted_bytes;
    }
  }

  /// Returns at how many places it changes a text, or keeps a trailing retain.
  [[nodiscard]] std::size_t places() const noexcept { return edits_.size(); }

  /// Returns about how many bytes it takes.
  friend std::size_t size_of(const delta& one) noexcept {
    return sizeof(delta) + one.edits_.size() * sizeof(detail::edit) + one.inserted_.size();
  }

  friend bool operator==(const delta& left, const delta& right) {
    return left.edits_ == right.edits_ && left.inserted_ == right.inserted_;
  }

private:
  friend delta transform(const delta& first, const delta& second, priority which);
  friend delta transform(const delta& first, delta&& second, priority which);
  friend std::uint64_t transform_position(const delta& over, std::uint64_t index) noexcept;
  friend result<delta> compose(const delta& first, const delta& second);
  friend outcome prepare_delta(text& to, const delta& change, detail::text_change& made);
  class writer;

  static void transform_into(delta& out, const delta& first, const delta& second, priority which);

  static outcome too_long() {
    return refused("a delta spans at most " + std::to_string(longest) + " code units");
  }

  [[nodiscard]] std::span<const detail::edit> edits() const noexcept { return edits_.view(); }

  detail::edit& last() {
    if (edits_.empty())
      edits_.push_back(detail::edit{});
    return edits_[edits_.size() - 1];
  }

  // In canonical form as it stands: each but the last changes something, and each but the first
  // retains something before.
  detail::inline_vector<detail::edit, 3> edits_;
  std::string inserted_;
  std::uint64_t before_ = 0;
  std::uint64_t after_ = 0;
};

/// Writes into an empty delta, from left to right. Changes between two retains become one edit, and
/// a retain counts only if a change follows it. So the delta is canonical, and does not end in a
/// retain.
///
/// It has no branches, because a processor cannot predict which edits insert and which erase.
class delta::writer {
public:
  /// There will be at most `most` edits.
  writer(delta& to, std::size_t most) : to_(to) {
    to_.edits_.reserve(most + 1);
    at_ = to_.edits_.data();
  }

  void retain(std::uint64_t units) noexcept { gap_ += units; }

  /// Inserts and erases at one place; either may be nothing.
  void change(std::uint64_t inserted, std::size_t inserted_bytes, std::uint64_t erased) noexcept {
    const bool begins = ((inserted_bytes | erased) != 0) & (gap_ != 0);
    const bool goes_on = begins & now_.changes();
    const std::uint64_t from_before = std::uint64_t{goes_on} - 1; // a mask
    const std::uint64_t from_gap = std::uint64_t{0} - std::uint64_t{begins};
    at_ += goes_on;
    now_.retained = (gap_ & from_gap) | (now_.retained & ~from_gap);
    now_.inserted = (now_.inserted & from_before) + inserted;
    now_.inserted_bytes = (now_.inserted_bytes & from_before) + inserted_bytes;
    now_.erased = (now_.erased & from_before) + erased;
    gap_ &= ~from_gap;
    *at_ = now_;
  }

  void end() noexcept {
    to_.edits_.resize_within(static_cast<std::size_t>(at_ - to_.edits_.data()) +
                             (now_.changes() ? 1 : 0));
    for (const auto& one : to_.edits()) {
      to_.before_ += one.retained + one.erased;
      to_.after_ += one.retained + one.inserted;
    }
  }

private:
  delta& to_;
  detail::edit* at_;
  detail::edit now_{};
  std::uint64_t gap_ = 0;
};

} // namespace libsync
