#pragma once

/// The inspectors of CAF 0.18 to 1.x, which return whether they succeeded and keep the error.
/// `bytes.hpp` includes this.

#include "libsync/actors/detail/caf/bytes_common.hpp"
#include "libsync/actors/detail/caf/version.hpp"

#if LIBSYNC_CAF_VERSION >= 18

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <caf/all.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/byte_buffer.hpp>
#include <caf/deserializer.hpp>
#include <caf/load_inspector_base.hpp>
#include <caf/serializer.hpp>
#include <caf/span.hpp>

namespace libsync::detail::compat {

/// What values are written with, and read with, when they leave the process.
template <class Inspector>
concept inspector = requires(Inspector& with) {
  { Inspector::is_loading } -> std::convertible_to<bool>;
  { with.get_error() } -> std::convertible_to<const caf::error&>;
};

template <inspector Inspector>
inline constexpr bool reads = Inspector::is_loading;

/// Whether a type has an `inspect` of its own.
template <class T>
inline constexpr bool has_inspect = requires(caf::binary_serializer& with, T& value) {
  { inspect(with, value) } -> std::convertible_to<bool>;
};

/// What an `inspect` returns, and how it tells an error by it.
using inspected = bool;

template <inspector Inspector>
inspected tell(Inspector& with, caf::error failed) {
  const bool good = !failed;
  if (!good)
    with.set_error(std::move(failed));
  return good;
}

/// The error of a call that has told whether it was good.
template <class Inspector>
caf::error told_by(const Inspector& with, bool good) {
  if (good)
    return {};
  return with.get_error() ? with.get_error() : error_of("it was refused without a reason");
}

/// What an inspector knows actors by.
#if LIBSYNC_CAF_VERSION < 100
using inspector_context = caf::execution_unit;
#else
using inspector_context = caf::actor_system;
#endif

template <inspector Inspector>
[[nodiscard]] inspector_context* context_of(Inspector& with) {
  if constexpr (requires { with.context(); })
    return with.context();
  else
    return nullptr;
}

/// Writes or reads a value by its `inspect`, or as CAF knows it. To CAF an enumeration is no number
/// by itself.
template <inspector Inspector, class T>
caf::error inspect_value(Inspector& with, T& value) {
  if constexpr (std::is_enum_v<T> && !has_inspect<T>) {
    auto number = static_cast<std::underlying_type_t<T>>(value);
    auto failed = told_by(with, with.apply(number));
    value = static_cast<T>(number);
    return failed;
  } else if constexpr (has_inspect<T>) { // which CAF does not ask for where it knows a std::variant
    return told_by(with, inspect(with, value));
  } else {
    return told_by(with, with.apply(value));
  }
}

template <inspector Inspector>
caf::error read_raw(Inspector& from, std::size_t size, char* into) {
  return told_by(from, from.value(caf::as_writable_bytes(caf::make_span(into, size))));
}

/// Writes how many elements follow, and that they have followed.
template <inspector Inspector>
caf::error begin_elements(Inspector& with, std::size_t size) {
  return told_by(with, with.begin_sequence(size));
}
template <inspector Inspector>
caf::error end_elements(Inspector& with) {
  if constexpr (reads<Inspector>)
    return {};
  else
    return told_by(with, with.end_sequence());
}

inline std::string category_of(const caf::error& why) {
  const auto name = caf::query_type_name(why.category());
  return {name.begin(), name.end()};
}

/// Appends to `bytes` what `write(inspector)` writes.
template <class Write>
caf::error to_bytes(inspector_context* context, std::string& bytes, Write write) {
  caf::byte_buffer written;
  const auto write_with = [&](caf::binary_serializer into) { return write(into); };
#if LIBSYNC_CAF_VERSION < 100
  auto failed = write_with(caf::binary_serializer{context, written});
#else
  auto failed = context == nullptr ? write_with(caf::binary_serializer{written})
                                   : write_with(caf::binary_serializer{*context, written});
#endif
  bytes.append(reinterpret_cast<const char*>(written.data()), written.size());
  return failed;
}

/// CAF's reader of bytes, but for lengths, also those that CAF itself reads for containers and
/// strings in what a user's `inspect` names.
class byte_reader final : public caf::load_inspector_base<byte_reader> {
public:
  byte_reader(inspector_context* context, const std::string& bytes)
      : bytes_(reader_of(context, bytes)) {}

  [[nodiscard]] std::size_t remaining() const noexcept { return bytes_.remaining(); }

  [[nodiscard]] inspector_context* context() const noexcept { return bytes_.context(); }
  static constexpr bool has_human_readable_format() noexcept { return false; }

  // Bytes say nothing of these.
  template <class Type, class Name>
  bool begin_object(Type, const Name&) {
    return true;
  }
  bool end_object() { return true; }
  template <class Name, class... Rest>
  bool begin_field(const Name& name, Rest&&... rest) {
    return pass_on(bytes_.begin_field(name, std::forward<Rest>(rest)...));
  }
  bool end_field() { return true; }
  bool begin_tuple(std::size_t) { return true; }
  bool end_tuple() { return true; }
  bool begin_key_value_pair() { return true; }
  bool end_key_value_pair() { return true; }

  bool begin_sequence(std::size_t& size) { return tell(*this, read_size(*this, size)); }
  bool end_sequence() { return true; }
  bool begin_associative_array(std::size_t& size) { return begin_sequence(size); }
  bool end_associative_array() { return true; }

  template <class T>
  bool value(T&& into) { // a number, or a span of bytes
    return pass_on(bytes_.value(into));
  }
  bool value(long double& into) {
    std::string digits; // that is how CAF writes it
    return value(digits) && tell(*this, read_number(digits, into));
  }
  bool value(std::string& text) { return tell(*this, read_string(*this, text)); }
  bool value(std::u16string& text) { return read_units<std::uint16_t>(text); }
  bool value(std::u32string& text) { return read_units<std::uint32_t>(text); }

private:
  static caf::binary_deserializer reader_of(inspector_context* context, const std::string& bytes) {
#if LIBSYNC_CAF_VERSION < 100
    return {context, bytes.data(), bytes.size()};
#else
    return context == nullptr ? caf::binary_deserializer{bytes.data(), bytes.size()}
                              : caf::binary_deserializer{*context, bytes.data(), bytes.size()};
#endif
  }

  bool pass_on(bool good) {
    if (!good)
      set_error(bytes_.get_error());
    return good;
  }

  template <class Unit, class Text>
  bool read_units(Text& text) {
    std::size_t size = 0;
    if (!begin_sequence(size))
      return false;
    text.clear();
    for (; size > 0; --size) {
      Unit unit = 0;
      if (!value(unit))
        return false;
      text.push_back(static_cast<typename Text::value_type>(unit));
    }
    return true;
  }

  caf::binary_deserializer bytes_;
};

/// Lets `read(inspector)` read `bytes`, and says how many are left.
template <class Read>
caf::error from_bytes(inspector_context* context, const std::string& bytes, Read read,
                      std::size_t& left) {
  byte_reader from{context, bytes};
  auto failed = read(from);
  left = from.remaining();
  return failed;
}

} // namespace libsync::detail::compat

#endif
