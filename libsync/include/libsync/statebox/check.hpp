#pragma once

/// Finds operations that must not be replayed.

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "libsync/reducer.hpp"
#include "libsync/statebox/independent.hpp"

namespace libsync {

/// Operations that make something else when they are replayed.
template <class Data>
struct replay_failure {
  using operation = typename Data::operation;

  enum class cause {
    /// One operation, applied twice, makes something else than applied once.
    not_repeatable,
    /// The result of the operations depends on whether some of them were applied before.
    depends_on_value,
    /// The same, for operations that call themselves `independent`.
    wrongly_independent,
  };

  cause why{};
  Data value;
  /// The operations that, in order, make `once` of `value`.
  std::vector<operation> operations;
  /// Those of them that a sibling had applied before.
  std::vector<operation> before;
  /// How many of `operations` are then left out, because the sibling began with the same.
  std::size_t skipped = 0;
  Data once;
  /// The result of the others on `value` after `before`; nothing if one is refused.
  std::optional<Data> again;

  /// Returns what is wrong, without the values.
  [[nodiscard]] std::string sentence() const {
    if (why == cause::not_repeatable)
      return "applied twice, an operation makes something else than applied once";
    std::string text =
        why == cause::depends_on_value
            ? std::to_string(operations.size()) + " operations"
            : std::to_string(operations.size()) + " operations that are said to be independent";
    return text + (again ? " make something else" : " are refused") + " where " +
           std::to_string(before.size()) + " of them were applied before";
  }
};

namespace detail {

/// Tries all short rows of operations.
template <class Data>
class replay_check {
  using operation = typename Data::operation;
  using failure = replay_failure<Data>;
  using row = std::vector<operation>;

public:
  replay_check(std::span<const Data> values, std::span<const operation> operations)
      : values_(values), all_(operations.begin(), operations.end()) {}

  [[nodiscard]] std::vector<failure> run(std::size_t longest) {
    std::vector<failure> found;
    row repeatable;
    for (const auto& op : all_) {
      if (auto failed = check({op}))
        found.push_back(std::move(*failed));
      else
        repeatable.push_back(op);
    }
    all_ = repeatable;
    for (std::size_t length = 2; length <= longest; ++length) {
      row none;
      if (auto failed = check_rows(none, length)) {
        found.push_back(std::move(*failed));
        break;
      }
    }
    return found;
  }

private:
  // All rows that begin like this one.
  [[nodiscard]] std::optional<failure> check_rows(row& begun, std::size_t length) {
    if (begun.size() == length)
      return check(begun);
    for (const auto& op : all_) {
      begun.push_back(op);
      auto failed = check_rows(begun, length);
      begun.pop_back();
      if (failed)
        return failed;
    }
    return {};
  }

  // Whatever part of the row was applied before, the row makes the same.
  [[nodiscard]] std::optional<failure> check(const row& operations) const {
    bool independent = true;
    for (const auto& op : operations)
      independent = independent && is_independent(op);
    for (const auto& value : values_) {
      const auto once = made_of(value, operations);
      if (!once)
        continue; // it was never done
      for (std::size_t part = 1; part < std::size_t{1} << operations.size(); ++part)
        if (auto failed = check_part(operations, part, independent, value, *once))
          return failed;
    }
    return {};
  }

  // A part of the row is given by the bits of a number.
  [[nodiscard]] std::optional<failure> check_part(const row& operations, std::size_t part,
                                                  bool independent, const Data& value,
                                                  const Data& once) const {
    row before;
    std::size_t alike = 0; // how many the part begins with as the row does
    for (std::size_t i = 0; i < operations.size(); ++i)
      if ((part >> i & 1U) != 0) {
        alike += alike == i ? 1U : 0U;
        before.push_back(operations[i]);
      }
    const auto held = made_of(value, before);
    if (!held)
      return {};
    for (const std::size_t skipped : {std::size_t{0}, independent ? alike : 0}) {
      auto again = made_of(*held, std::span{operations}.subspan(skipped));
      if (again && *again == once)
        continue;
      using cause = typename failure::cause;
      const auto why = operations.size() == 1 ? cause::not_repeatable
                       : independent          ? cause::wrongly_independent
                                              : cause::depends_on_value;
      return failure{why, value, operations, before, skipped, once, std::move(again)};
    }
    return {};
  }

  [[nodiscard]] static std::optional<Data> made_of(Data value, std::span<const operation> all) {
    for (const auto& op : all)
      if (!reducer<Data>::step(value, op))
        return {};
    return value;
  }

  std::span<const Data> values_;
  row all_;
};

} // namespace detail

/// Returns which of `operations` must not be used in a statebox, with the smallest counterexample
/// for the given values. It finds each operation that is not repeatable (f(f(v)) is not f(v)). Of
/// the others it finds the first row of up to `longest` that makes something else if some of them
/// were applied before, as when siblings merge. If it finds nothing, that proves nothing, but a
/// dozen operations on few keys and elements, with as many values, show most mistakes.
///
/// Smaller values and operations should come first. With n operations it tries n^longest rows. An
/// operation that is refused on the value itself is not counted, so give values of the types that
/// the operations are for.
template <class Data>
requires std::equality_comparable<Data>
[[nodiscard]] std::vector<replay_failure<Data>>
check_operations(std::span<const std::type_identity_t<Data>> values,
                 std::span<const typename Data::operation> operations, std::size_t longest = 3) {
  return detail::replay_check<Data>{values, operations}.run(longest);
}

} // namespace libsync
