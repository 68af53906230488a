#pragma once

/// CAF 0.17's inspectors, which return errors. `bytes.hpp` includes this.

#include "libsync/actors/detail/caf/bytes_common.hpp"
#include "libsync/actors/detail/caf/version.hpp"

#if LIBSYNC_CAF_VERSION < 18

#include <array>
#include <bit>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>

#include <caf/all.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>

namespace libsync::detail::compat {

/// What values are written with, and read with, when they leave the process.
template <class Inspector>
concept inspector = std::derived_from<Inspector, caf::serializer> ||
    std::derived_from<Inspector, caf::deserializer>;

template <inspector Inspector>
inline constexpr bool reads = Inspector::writes_state;

/// Whether a type has an `inspect` of its own.
template <class T>
inline constexpr bool has_inspect = caf::detail::is_inspectable<caf::serializer, T>::value;

/// What an `inspect` returns, and how it tells an error by it.
using inspected = caf::error;

template <inspector Inspector>
inspected tell(Inspector&, caf::error failed) {
  return failed;
}

/// What an inspector knows actors by.
using inspector_context = caf::execution_unit;

template <inspector Inspector>
[[nodiscard]] inspector_context* context_of(Inspector& with) {
  return with.context();
}

/// Writes or reads a value by its `inspect`, or as CAF knows it. (Calling the inspector would leave
/// out, without a word, what is whitelisted as unsafe.)
template <inspector Inspector, class T>
caf::error inspect_value(Inspector& with, T& value) {
  return with.apply(value);
}

inline caf::error read_raw(caf::deserializer& from, std::size_t size, char* into) {
  return from.apply_raw(size, into);
}

/// Writes how many elements follow, and that they have followed.
inline caf::error begin_elements(caf::serializer& with, std::size_t& size) {
  return with.begin_sequence(size);
}
template <inspector Inspector>
caf::error end_elements(Inspector&) {
  return {};
}

inline std::string category_of(const caf::error& why) {
  return caf::to_string(why.category());
}

/// CAF's writer of bytes, but for numbers with a fraction. CAF 0.17 never ends with an infinite
/// one, and sends another number for one that is not a number, is denormal, or is the negative
/// zero. Of all others these are the same bytes.
class byte_writer final : public caf::serializer {
public:
  byte_writer(inspector_context* context, std::string& bytes)
      : caf::serializer(context), bytes_(context, bytes) {}

  caf::error begin_object(std::uint16_t& type, std::string& name) override {
    return bytes_.begin_object(type, name);
  }
  caf::error end_object() override { return {}; }
  caf::error begin_sequence(std::size_t& size) override { return bytes_.begin_sequence(size); }
  caf::error end_sequence() override { return {}; }
  caf::error apply_raw(std::size_t size, void* data) override {
    return bytes_.apply_raw(size, data);
  }

protected:
  caf::error apply_impl(std::int8_t& value) override { return bytes_.apply(value); }
  caf::error apply_impl(std::uint8_t& value) override { return bytes_.apply(value); }
  caf::error apply_impl(std::int16_t& value) override { return bytes_.apply(value); }
  caf::error apply_impl(std::uint16_t& value) override { return bytes_.apply(value); }
  caf::error apply_impl(std::int32_t& value) override { return bytes_.apply(value); }
  caf::error apply_impl(std::uint32_t& value) override { return bytes_.apply(value); }
  caf::error apply_impl(std::int64_t& value) override { return bytes_.apply(value); }
  caf::error apply_impl(std::uint64_t& value) override { return bytes_.apply(value); }
  caf::error apply_impl(float& value) override {
    auto bits = std::bit_cast<std::uint32_t>(value);
    return bytes_.apply(bits);
  }
  caf::error apply_impl(double& value) override {
    auto bits = std::bit_cast<std::uint64_t>(value);
    return bytes_.apply(bits);
  }
  caf::error apply_impl(long double& value) override { // as a text, since its form is the machine's
    std::array<char, 64> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    std::string text{digits.data(), end};
    return bytes_.apply(text);
  }
  caf::error apply_impl(std::string& text) override { return bytes_.apply(text); }
  caf::error apply_impl(std::u16string& text) override { return bytes_.apply(text); }
  caf::error apply_impl(std::u32string& text) override { return bytes_.apply(text); }

private:
  caf::serializer_impl<std::string> bytes_;
};

/// Appends to `bytes` what `write(inspector)` writes.
template <class Write>
caf::error to_bytes(inspector_context* context, std::string& bytes, Write write) {
  byte_writer into{context, bytes};
  return write(static_cast<caf::serializer&>(into));
}

/// CAF's reader of bytes, but for what `byte_writer` writes itself, and for lengths, also those
/// that CAF itself reads for containers and strings in what a user's `inspect` names.
class byte_reader final : public caf::deserializer {
public:
  byte_reader(inspector_context* context, const std::string& bytes)
      : caf::deserializer(context), bytes_(context, bytes.data(), bytes.size()) {}

  [[nodiscard]] std::size_t remaining() const noexcept { return bytes_.remaining(); }

  caf::error begin_object(std::uint16_t& type, std::string& name) override {
    if (auto failed = apply_impl(type); failed || type != 0)
      return failed;
    return apply_impl(name);
  }
  caf::error end_object() override { return {}; }
  caf::error begin_sequence(std::size_t& size) override { return read_size(as_base(), size); }
  caf::error end_sequence() override { return {}; }
  caf::error apply_raw(std::size_t size, void* data) override {
    return bytes_.apply_raw(size, data);
  }

protected:
  caf::error apply_impl(std::int8_t& value) override { return bytes_.apply(value); }
  caf::error apply_impl(std::uint8_t& value) override { return bytes_.apply(value); }
  caf::error apply_impl(std::int16_t& value) override { return bytes_.apply(value); }
  caf::error apply_impl(std::uint16_t& value) override { return bytes_.apply(value); }
  caf::error apply_impl(std::int32_t& value) override { return bytes_.apply(value); }
  caf::error apply_impl(std::uint32_t& value) override { return bytes_.apply(value); }
  caf::error apply_impl(std::int64_t& value) override { return bytes_.apply(value); }
  caf::error apply_impl(std::uint64_t& value) override { return bytes_.apply(value); }
  caf::error apply_impl(float& value) override { return read_bits<std::uint32_t>(value); }
  caf::error apply_impl(double& value) override { return read_bits<std::uint64_t>(value); }
  caf::error apply_impl(long double& value) override {
    std::string digits;
    auto failed = apply_impl(digits);
    return failed ? failed : read_number(digits, value);
  }
  caf::error apply_impl(std::string& text) override { return read_string(as_base(), text); }
  caf::error apply_impl(std::u16string& text) override { return read_units<std::uint16_t>(text); }
  caf::error apply_impl(std::u32string& text) override { return read_units<std::uint32_t>(text); }

private:
  caf::deserializer& as_base() noexcept { return *this; }

  template <class Bits, class Number>
  caf::error read_bits(Number& value) {
    Bits bits = 0;
    auto failed = bytes_.apply(bits);
    if (!failed)
      value = std::bit_cast<Number>(bits);
    return failed;
  }

  template <class Unit, class Text>
  caf::error read_units(Text& text) {
    std::size_t size = 0;
    if (auto failed = read_size(as_base(), size))
      return failed;
    text.clear();
    for (; size > 0; --size) {
      Unit unit = 0;
      if (auto failed = bytes_.apply(unit))
        return failed;
      text.push_back(static_cast<typename Text::value_type>(unit));
    }
    return {};
  }

  caf::binary_deserializer bytes_;
};

/// Lets `read(inspector)` read `bytes`, and says how many are left.
template <class Read>
caf::error from_bytes(inspector_context* context, const std::string& bytes, Read read,
                      std::size_t& left) {
  byte_reader from{context, bytes};
  auto failed = read(static_cast<caf::deserializer&>(from));
  left = from.remaining();
  return failed;
}

} // namespace libsync::detail::compat

#endif
