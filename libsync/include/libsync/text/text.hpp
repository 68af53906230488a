#pragma once

/// A text that deltas change.

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "libsync/outcome.hpp"
#include "libsync/result.hpp"
#include "libsync/size_of.hpp"
#include "libsync/text/delta.hpp"
#include "libsync/text/utf8.hpp"

namespace libsync {

class text;

namespace detail {

/// The result of a delta on a text, with its memory. So the change can be made, together with
/// others, without failing.
struct text_change {
  /// What replaces the bytes from `begin` to `end`.
  std::string changed;
  std::size_t begin = 0;
  std::size_t end = 0;
  /// The length afterwards.
  std::uint64_t units = 0;
};

} // namespace detail

outcome prepare_delta(text& to, const delta& change, detail::text_change& made);
void make_change(text& to, const detail::text_change& made) noexcept;

/// Valid UTF-8 that knows its length in UTF-16 code units. Copyable, one string long.
class text {
public:
  text() = default;

  /// Takes UTF-8, or refuses a string that is not valid.
  static result<text> read(std::string utf8) {
    if (const auto bad = utf8::find_invalid(utf8); bad != utf8::npos)
      return result<text>::failed("invalid UTF-8 at byte " + std::to_string(bad));
    text valid;
    valid.units_ = utf8::units(utf8);
    valid.utf8_ = std::move(utf8);
    return valid;
  }

  /// Returns the length in UTF-16 code units.
  [[nodiscard]] std::uint64_t size() const noexcept { return units_; }
  [[nodiscard]] bool empty() const noexcept { return utf8_.empty(); }
  [[nodiscard]] const std::string& utf8() const noexcept { return utf8_; }

  friend std::size_t size_of(const text& one) noexcept {
    return sizeof one + owned_bytes(one.utf8_);
  }

  friend bool operator==(const text& left, const text& right) { return left.utf8_ == right.utf8_; }

  friend std::ostream& operator<<(std::ostream& out, const text& self) { return out << self.utf8_; }

private:
  friend outcome prepare_delta(text& to, const delta& change, detail::text_change& made);
  friend void make_change(text& to, const detail::text_change& made) noexcept;

  // Moves over `units` from the byte `at` on.
  [[nodiscard]] utf8::advanced advance(std::size_t at, std::uint64_t units) const noexcept {
    const auto rest = std::string_view{utf8_}.substr(at);
    if (units_ != utf8_.size())
      return utf8::advance(rest, units);
    const auto bytes = units < rest.size() ? static_cast<std::size_t>(units) : rest.size();
    return {bytes, units - bytes, false};
  }

  std::string utf8_;
  std::uint64_t units_ = 0;
};

/// Works out the result of a delta on a text, and takes the memory for it. Refuses a delta that
/// reaches beyond the end or into a surrogate pair. The text stays as it is.
inline outcome prepare_delta(text& to, const delta& change, detail::text_change& made) {
  const std::string_view old = to.utf8_;
  std::size_t at = 0;
  std::uint64_t passed = 0;
  const char* inserted = change.inserted_.data();
  // Returns why it cannot pass so many units.
  const auto pass = [&](std::uint64_t units, const char* how) {
    const auto reached = to.advance(at, units);
    if (reached.missing != 0) [[unlikely]]
      return refused(how + std::to_string(units) + " code units from " + std::to_string(passed) +
                     (reached.in_pair ? " on ends inside a surrogate pair"
                                      : " on ends " + std::to_string(reached.missing) +
                                            " beyond the end of the text"));
    passed += units;
    at += reached.bytes;
    return accepted();
  };
  for (const auto& next : change.edits()) {
    if (auto done = pass(next.retained, "a retain of "); !done)
      return done;
    if (!next.changes())
      break;
    if (&next == change.edits().data())
      made.begin = at;
    else
      made.changed += old.substr(made.end, at - made.end);
    made.changed.append(inserted, next.inserted_bytes);
    inserted += next.inserted_bytes;
    if (auto done = pass(next.erased, "an erase of "); !done)
      return done;
    made.end = at;
  }
  if (made.changed.empty() && made.end == 0)
    made.begin = 0;
  made.units = to.units_ + change.after() - change.before();
  const auto size = old.size() - (made.end - made.begin) + made.changed.size();
  if (size > to.utf8_.capacity())
    to.utf8_.reserve(size);
  return accepted();
}

/// Makes a change that was prepared for this text.
inline void make_change(text& to, const detail::text_change& made) noexcept {
  if (made.end != 0 || !made.changed.empty())
    to.utf8_.replace(made.begin, made.end - made.begin, made.changed); // there is room for it
  to.units_ = made.units;
}

/// Changes a text. Refuses a delta that reaches beyond its end or into a surrogate pair. If this
/// refuses or throws, the text is as it was. What lies outside the first and the last change is not
/// copied, and a text of ASCII alone is not even read.
inline outcome apply_delta(text& to, const delta& change) {
  detail::text_change made;
  auto done = prepare_delta(to, change, made);
  if (done)
    make_change(to, made);
  return done;
}

} // namespace libsync
