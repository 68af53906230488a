#pragma once

/// Functions that a user gives for an option, with an error in a sentence if they do not fit.

#include <concepts>
#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>

namespace libsync::detail {

/// What the option is for.
enum class told { change, effect };

/// A std::function that says, where it is given something else, what it is called with.
template <told What, class Result, class... Args>
class callback : public std::function<Result(Args...)> {
  using function = std::function<Result(Args...)>;

public:
  callback() noexcept = default;
  callback(std::nullptr_t) noexcept {}
  callback(function call) noexcept : function(std::move(call)) {}

  template <class Call>
  requires(!std::derived_from<Call, function> && !std::same_as<Call, std::nullptr_t>)
      callback(Call call)
      : function(checked(std::move(call))) {}

private:
  template <class Call>
  static function checked(Call call) {
    constexpr bool fits = std::is_invocable_r_v<Result, Call&, Args...>;
    if constexpr (What == told::change)
      static_assert(fits,
                    "libsync: `on_change` is told of a `const libsync::change<Data>&`, or, for "
                    "a shared view, of a `const libsync::snapshot<Data>&`, which this "
                    "function does not take");
    else
      static_assert(fits,
                    "libsync: `on_effect` is given a `const libsync::effect_token&` and a `const "
                    "Data::effect&`, and returns a `libsync::effect_state`, which this "
                    "function does not");
    if constexpr (fits)
      return function(std::move(call));
    else
      return {};
  }
};

} // namespace libsync::detail
