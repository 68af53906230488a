#pragma once

/// A text that deltas change.

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "libsync/outcome.hpp"
#include "libsync/result.hpp"
#include "libsync/text/delta.hpp"
#include "libsync/text/detail/rope.hpp"
#include "libsync/text/detail/rope_change.hpp"
#include "libsync/text/utf8.hpp"

namespace libsync {

class text;
delta difference(const text& from, const text& to);

namespace detail {

/// The result of a delta on a text, with its memory. So the change can be made, together with
/// others, without failing.
struct text_change {
  rope_change of;
};

/// Tests look at the rope of a text.
struct text_access;

} // namespace detail

outcome prepare_delta(text& to, const delta& change, detail::text_change& made);
void make_change(text& to, detail::text_change& made) noexcept;

/// Valid UTF-8 that knows its length in UTF-16 code units. It lies in chunks, and a change costs
/// the logarithm of the length in any script. A copy shares the chunks until one of the two changes
/// them. So it costs next to nothing, and may go to another thread.
class text {
public:
  text() = default;

  /// Takes UTF-8, or refuses a string that is not valid.
  static result<text> read(std::string_view utf8) {
    if (const auto bad = utf8::find_invalid(utf8); bad != utf8::npos)
      return result<text>::failed("invalid UTF-8 at byte " + std::to_string(bad));
    text valid;
    valid.rope_ = detail::rope{utf8};
    return valid;
  }

  /// Returns the length in UTF-16 code units.
  [[nodiscard]] std::uint64_t size() const noexcept { return rope_.counts().units; }
  /// Returns the length in bytes of UTF-8.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return rope_.counts().bytes; }
  [[nodiscard]] bool empty() const noexcept { return bytes() == 0; }

  /// Returns all of it. That is a copy; `for_each_chunk` and `substring` read without one, or less.
  [[nodiscard]] std::string utf8() const { return copy(0, bytes()); }

  /// Calls `visit(std::string_view)` for all chunks, in order. Each is valid UTF-8 and not empty.
  /// Where one ends says nothing about the text.
  template <class Visit>
  void for_each_chunk(Visit visit) const {
    rope_.for_each_chunk(0, bytes(), visit);
  }

  /// Returns the UTF-8 of the units from `begin` to `end`. Refused if these are not in order, lie
  /// beyond the end, or inside a surrogate pair.
  [[nodiscard]] result<std::string> substring(std::uint64_t begin, std::uint64_t end) const {
    const auto from = rope_.find_units(begin);
    const auto to = rope_.find_units(end);
    if (begin > end || !from || !to)
      return result<std::string>::failed("no substring from " + std::to_string(begin) + " to " +
                                         std::to_string(end) + ": " +
                                         (begin > end    ? "it ends before it begins"
                                          : end > size() ? "it ends beyond the end of the text"
                                                         : "it parts a surrogate pair"));
    return copy(from->bytes, to->bytes);
  }

  friend std::size_t size_of(const text& one) noexcept {
    return sizeof one + static_cast<std::size_t>(one.rope_.counts().memory);
  }

  friend bool operator==(const text& left, const text& right) { return left.rope_ == right.rope_; }

  friend std::ostream& operator<<(std::ostream& out, const text& self) {
    self.for_each_chunk([&](std::string_view chunk) { out << chunk; });
    return out;
  }

private:
  friend struct detail::text_access;
  friend outcome prepare_delta(text& to, const delta& change, detail::text_change& made);
  friend void make_change(text& to, detail::text_change& made) noexcept;
  friend delta difference(const text& from, const text& to);

  [[nodiscard]] std::string copy(std::uint64_t begin, std::uint64_t end) const {
    std::string all;
    all.reserve(static_cast<std::size_t>(end - begin));
    const auto visit = [&](std::string_view chunk) { all += chunk; };
    rope_.for_each_chunk(begin, end, visit);
    return all;
  }

  detail::rope rope_;
};

/// Works out the result of a delta on a text, and takes the memory for it. Refuses a delta that
/// reaches beyond the end or into a surrogate pair. The text stays as it is. Until the change is
/// made, the text must neither be changed nor copied.
inline outcome prepare_delta(text& to, const delta& change, detail::text_change& made) {
  return made.of.prepare(to.rope_, change.edits(), change.inserted_, change.before());
}

/// Makes a change that was prepared for this text.
inline void make_change(text&, detail::text_change& made) noexcept {
  made.of.make();
}

/// Changes a text. Refuses a delta that reaches beyond its end or into a surrogate pair. If this
/// refuses or throws, the text is as it was. Copies of the text do not change. The time is the
/// logarithm of the length of the text for each place that the delta changes.
inline outcome apply_delta(text& to, const delta& change) {
  detail::text_change made;
  auto done = prepare_delta(to, change, made);
  if (done)
    make_change(to, made);
  return done;
}

} // namespace libsync
