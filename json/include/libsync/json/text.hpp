#pragma once

/// JSON from text and to text, with a limit of nesting.

#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>

#include "libsync/json/read.hpp"

namespace libsync {

/// How deep arrays and objects may lie in each other, so that what reads them, which is recursive,
/// needs no more than a known part of the stack. A value in a dictionary of dynamic values lies
/// three deeper than the dictionary.
inline constexpr std::size_t most_nested_json = 300;

namespace detail {

inline std::string too_deep() {
  return "nested deeper than " + std::to_string(most_nested_json) + " arrays and objects";
}

/// Returns at which byte a text is nested too deep, or npos.
inline std::size_t find_too_deep(std::string_view text) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = text[i];
    if (next == '"')
      quoted = !quoted;
    else if (quoted)
      i += next == '\\' ? 1 : 0;
    else if (next == '[' || next == '{')
      ++depth;
    else if ((next == ']' || next == '}') && depth > 0)
      --depth;
    if (depth > most_nested_json)
      return i;
  }
  return std::string_view::npos;
}

// Throws json_error for the first error in a text, of whatever kind: nlohmann's own exceptions do
// not all tell the place.
struct thrower_of_errors : nlohmann::json_sax<nlohmann::json> {
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception& error) override {
    throw json_error{"byte " + std::to_string(position == 0 ? 0 : position - 1) + ": " +
                     reason_of(error)};
  }
};

/// Throws json_error, which names the byte (from 0 on).
inline nlohmann::json parse(std::string_view text) {
  if (const auto at = find_too_deep(text); at != std::string_view::npos)
    throw json_error{"byte " + std::to_string(at) + ": " + too_deep()};
  auto parsed = nlohmann::json::parse(text, nullptr, false);
  if (parsed.is_discarded()) {
    thrower_of_errors finds;
    nlohmann::json::sax_parse(text, &finds);
  }
  return parsed;
}

inline void check_writable(const nlohmann::json& from, std::size_t depth) {
  if (from.is_number_float() && !std::isfinite(from.get<double>()))
    throw json_error{"a number that is not finite has no JSON text"};
  if (!from.is_structured())
    return;
  if (depth >= most_nested_json)
    throw json_error{too_deep()};
  if (from.is_array())
    for (std::size_t i = 0; i < from.size(); ++i)
      within(i, [&] { check_writable(from[i], depth + 1); });
  else
    for (const auto& [name, member] : from.items())
      within(std::string_view{name}, [&, &one = member] { check_writable(one, depth + 1); });
}

// So that the place is known where not all of it can be written.
inline void write_each(const nlohmann::json& from) {
  if (from.is_array())
    for (std::size_t i = 0; i < from.size(); ++i)
      within(i, [&] { write_each(from[i]); });
  else if (from.is_object())
    for (const auto& [name, member] : from.items())
      within(std::string_view{name}, [&, &one = member] { write_each(one); });
  else
    static_cast<void>(from.dump());
}

/// Returns the text of what lies `depth` deep. Throws json_error.
inline std::string text_of(const nlohmann::json& from, std::size_t depth) {
  check_writable(from, depth);
  try {
    return from.dump();
  } catch (const nlohmann::json::exception& error) {
    write_each(from);
    throw json_error{reason_of(error)}; // a name of a member
  }
}

} // namespace detail
} // namespace libsync
