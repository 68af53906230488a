#pragma once

/// Values as C++, to be pasted into a test.

#include <array>
#include <concepts>
#include <cstddef>
#include <iomanip>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "libsync/detail/can_be_printed.hpp"
#include "libsync/statebox/composite.hpp"
#include "libsync/statebox/described.hpp"
#include "libsync/statebox/frozen.hpp"

namespace libsync::testing {

/// Returns the name of a type as the compiler prints it, without namespaces that have no name.
template <class T>
[[nodiscard]] std::string type_name() {
  const std::string_view all = __PRETTY_FUNCTION__;
  const auto begin = all.find("T = ") + 4;
  std::string name{all.substr(begin, all.find_first_of(";]", begin) - begin)};
  for (const std::string_view unnamed : {"{anonymous}::", "<unnamed>::", "(anonymous namespace)::"})
    for (auto found = name.find(unnamed); found != std::string::npos; found = name.find(unnamed))
      name.erase(found, unnamed.size());
  return name;
}

namespace detail {

template <class T>
concept quotable = std::convertible_to<const T&, std::string_view>;

template <class T>
concept dereferenceable = requires(const T& value) {
  static_cast<bool>(value);
  *value;
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_frozen = false;
template <class T>
inline constexpr bool is_frozen<frozen<T>> = true;

template <class T>
inline constexpr bool is_composite = false;
template <class Op>
inline constexpr bool is_composite<composite<Op>> = true;

template <class T>
inline constexpr bool is_pair = false;
template <class One, class Other>
inline constexpr bool is_pair<std::pair<One, Other>> = true;

template <class T>
concept iterable = requires(const T& all) {
  all.begin() != all.end();
};

template <class T>
constexpr bool known_as_code();

template <class T>
constexpr bool fields_known() {
  return std::apply(
      []<class... Fields>(Fields T::*...) {
        return (known_as_code<std::remove_cvref_t<Fields>>() && ...);
      },
      T::fields());
}

// Whether `as_code` can write values of the type.
template <class T>
constexpr bool known_as_code() {
  if constexpr (std::is_arithmetic_v<T> || quotable<T>)
    return true;
  else if constexpr (described<T>)
    return fields_known<T>();
  else if constexpr (is_optional<T>)
    return known_as_code<typename T::value_type>();
  else if constexpr (is_frozen<T>)
    return known_as_code<std::remove_cvref_t<decltype(*std::declval<T>())>>();
  else if constexpr (is_composite<T>)
    return known_as_code<std::remove_cvref_t<decltype(*std::declval<T>().one())>>();
  else if constexpr (libsync::detail::is_variant<T>)
    return []<class... Alternatives>(const std::variant<Alternatives...>*) {
      return (known_as_code<Alternatives>() && ...);
    }(static_cast<const T*>(nullptr));
  else if constexpr (libsync::detail::can_be_printed<T>)
    return true;
  else if constexpr (is_pair<T>)
    return known_as_code<std::remove_const_t<typename T::first_type>>() &&
           known_as_code<typename T::second_type>();
  else if constexpr (iterable<T>)
    return known_as_code<std::remove_cvref_t<decltype(*std::declval<const T&>().begin())>>();
  else
    return false;
}

inline void write_quoted(std::ostream& out, std::string_view text) {
  out << '"';
  for (const char next : text) {
    const auto byte = static_cast<unsigned char>(next);
    if (next == '"' || next == '\\')
      out << '\\' << next;
    else if (next == '\n')
      out << "\\n";
    else if (byte < 0x20 || byte == 0x7F) // three digits, so that no digit after it counts
      out << '\\' << byte / 64 << byte / 8 % 8 << byte % 8;
    else
      out << next;
  }
  out << '"';
}

template <class Number>
void write_number(std::ostream& out, Number value) {
  if constexpr (std::same_as<Number, bool>) {
    out << (value ? "true" : "false");
  } else if constexpr (std::floating_point<Number>) {
    if (value != value || value > std::numeric_limits<Number>::max() ||
        value < std::numeric_limits<Number>::lowest()) {
      out << (value < 0 ? "-" : "") << "std::numeric_limits<" << type_name<Number>()
          << ">::" << (value != value ? "quiet_NaN()" : "infinity()");
      return;
    }
    std::ostringstream text;
    text << std::setprecision(std::numeric_limits<Number>::max_digits10) << value;
    out << text.str() << (text.str().find_first_of(".e") == std::string::npos ? ".0" : "");
  } else if (value == std::numeric_limits<Number>::min() && std::is_signed_v<Number>) {
    out << "std::numeric_limits<" << type_name<Number>() << ">::min()"; // has no literal
  } else {
    out << +value;
  }
}

template <class T>
void write_code(std::ostream& out, const T& value);

template <class Range>
void write_elements(std::ostream& out, const Range& all) {
  out << '{';
  const char* between = "";
  for (const auto& one : all) {
    out << between;
    write_code(out, one);
    between = ", ";
  }
  out << '}';
}

template <class T>
void write_code(std::ostream& out, const T& value) {
  if constexpr (std::is_arithmetic_v<T>) {
    write_number(out, value);
  } else if constexpr (quotable<T>) {
    write_quoted(out, value);
  } else if constexpr (described<T>) {
    out << type_name<T>() << '{';
    const char* between = "";
    std::apply(
        [&](auto... fields) {
          ((out << between, write_code(out, value.*fields), between = ", "), ...);
        },
        T::fields());
    out << '}';
  } else if constexpr (is_optional<T>) {
    if (value)
      write_code(out, *value);
    else
      out << "std::nullopt";
  } else if constexpr (is_frozen<T>) {
    write_code(out, *value);
  } else if constexpr (is_composite<T>) {
    if (const auto* one = value.one()) {
      write_code(out, *one);
    } else {
      out << type_name<T>() << "::list";
      write_elements(out, *value.many());
    }
  } else if constexpr (libsync::detail::is_variant<T>) {
    if (!value.valueless_by_exception())
      std::visit([&](const auto& one) { write_code(out, one); }, value);
  } else if constexpr (libsync::detail::can_be_printed<T>) {
    out << value;
  } else if constexpr (is_pair<T>) {
    out << '{';
    write_code(out, value.first);
    out << ", ";
    write_code(out, value.second);
    out << '}';
  } else {
    out << type_name<T>();
    write_elements(out, value);
  }
}

} // namespace detail

/// Values that `as_code` knows how to write.
template <class T>
concept has_code = detail::known_as_code<T>();

/// Returns a value as C++: numbers, texts, ready-made operations, optionals, variants and
/// containers by themselves, every other value as its `operator<<` prints it. So let the `<<` of an
/// operation print what makes it, such as `bid{5}`.
template <has_code T>
[[nodiscard]] std::string as_code(const T& value) {
  std::ostringstream text;
  detail::write_code(text, value);
  return text.str();
}

} // namespace libsync::testing
