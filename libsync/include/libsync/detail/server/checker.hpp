#pragma once

/// Finds reducers that break their promises.

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libsync/context.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/effects.hpp"
#include "libsync/outcome.hpp"
#include "libsync/reducer.hpp"
#include "libsync/violation.hpp"

namespace libsync::detail {

// About how many bytes data take: what a function `size_of` beside their `reduce` says; or what the
// elements of a container take, without what these own.
template <class Data>
std::size_t estimated_size(const Data& data) {
  if constexpr (requires { static_cast<std::size_t>(size_of(data)); })
    return static_cast<std::size_t>(size_of(data));
  else if constexpr (requires { static_cast<std::size_t>(data.size() * sizeof(*data.begin())); })
    return sizeof(Data) + static_cast<std::size_t>(data.size() * sizeof(*data.begin()));
  else
    return sizeof(Data);
}

/// Applies operations one by one and looks whether the reducer keeps its promises: that it leaves
/// the data as they were where it refuses, that it is deterministic, and that `inverse` undoes.
/// Where it does not, the data are put back to what they were before the operation, which is
/// refused, so that no copy differs from another. (An `inverse` that does not undo harms nothing
/// here, since checked transactions work on copies.) An operation that throws and leaves the data
/// as they were is a refusal, whatever the data say of themselves.
///
/// It costs two copies of the data for each operation, applying it once more (and its inverse), and
/// three comparisons: measured, 20 ns an operation for a counter, 80 ns for 1 kB. Data that are
/// estimated to take more than 64 kB are sampled: of those of n times that, every n-th operation is
/// checked, which keeps it below 100 us. Data that own memory and are no container should say how
/// much, by a function `std::size_t size_of(const Data&)` beside their `reduce`. Off, it costs
/// nothing.
template <class Data, bool = checkable<Data>>
class checker {
public:
  using operation = typename Data::operation;

  explicit checker(bool on) : on_(on) {}

  [[nodiscard]] bool is_on() const noexcept { return on_; }

  /// Whether the next operation is to be checked.
  [[nodiscard]] bool is_due(const Data& data) noexcept {
    if (!on_)
      return false;
    try {
      passed_ += 65'536;
      if (passed_ < estimated_size(data))
        return false;
      passed_ = 0;
      return true;
    } catch (...) { // by `size_of`
      return true;
    }
  }

  /// Applies `op` as `reducer<Data>::step` does.
  outcome step(Data& data, const operation& op, const context<Data>& how,
               effects<Data>& asked) noexcept {
    std::optional<Data> before;
    std::optional<Data> again;
    try {
      before.emplace(data);
      again.emplace(data);
      if (!(*before == data)) // as it is with a number that is none
        before.reset();
    } catch (...) { // no memory for a check
      before.reset();
    }
    if (!before)
      return reducer<Data>::step(data, op, how, asked);
    const auto asked_before = asked.size();
    effects<Data> asked_again;
    auto first = reducer<Data>::step(data, op, how, asked);
    const auto second = reducer<Data>::step(*again, op, how, asked_again);
    if (!first)
      return check_refusal(data, *before, op, std::move(first), second);
    const char* differs = !second               ? "it was accepted once and refused the other time"
                          : !same(data, *again) ? "it led to different data the second time"
                          : asked.size() - asked_before != asked_again.size()
                              ? "it asked for other effects the second time"
                              : nullptr;
    if (differs != nullptr) {
      asked.truncate(asked_before);
      return put_back(data, *before, note(op, "the reducer is not deterministic: ", differs));
    }
    if constexpr (invertible<Data>)
      check_inverse(*before, *again, op, how);
    return first;
  }

  /// Whether `take` would return anything.
  [[nodiscard]] bool has_found() const noexcept { return !found_.empty(); }

  /// Returns what was found since the last time.
  [[nodiscard]] std::vector<violation<Data>> take() noexcept { return std::exchange(found_, {}); }

private:
  outcome check_refusal(Data& data, Data& before, const operation& op, outcome first,
                        const outcome& second) noexcept {
    if (second)
      note(op,
           "the reducer is not deterministic: ", "it was refused once and accepted the other time");
    if (!same(data, before))
      return put_back(data, before,
                      note(op, "the data changed although the operation was not accepted: ",
                           first.reason().text()));
    return first.threw() ? outcome::threw(first.reason(), true) : first;
  }

  void check_inverse(const Data& before, Data& after, const operation& op,
                     const context<Data>& how) noexcept {
    try {
      const operation back = call_inverse(before, op, how);
      if (const auto undone = reducer<Data>::step(after, back, how); !undone)
        note(op, "its inverse is not accepted: ", undone.reason().text());
      else if (!same(after, before))
        note(op, "its inverse does not undo it", "");
    } catch (...) {
      note(op, "its inverse ", what_was_thrown().text());
    }
  }

  // What cannot be compared is taken for the same.
  static bool same(const Data& one, const Data& other) noexcept {
    try {
      return one == other;
    } catch (...) {
      return true;
    }
  }

  static outcome put_back(Data& data, Data& before, const reason& why) noexcept {
    try {
      data = std::move(before);
      return refused(why);
    } catch (...) {
      return outcome::threw(why, false);
    }
  }

  reason note(const operation& op, const char* text, std::string_view more) noexcept {
    auto why =
        try_to_say([&] { return reason{std::string{text}.append(more)}; }, reason::literal(text));
    try {
      found_.push_back({&op, why});
    } catch (...) {
      // the refusal, if there is one, says it
    }
    return why;
  }

  bool on_;
  std::size_t passed_ = 0;
  std::vector<violation<Data>> found_;
};

/// Data that cannot be compared or copied are not checked.
template <class Data>
class checker<Data, false> {
public:
  explicit checker(bool) {}
  [[nodiscard]] bool is_on() const noexcept { return false; }
};

} // namespace libsync::detail
