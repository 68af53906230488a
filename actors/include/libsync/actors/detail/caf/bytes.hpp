#pragma once

/// Values as bytes, when they leave the process or come into it, on CAF's inspectors.
///
/// Bytes that come may be damaged or forged. CAF reads a length of any number of bytes, and shifts
/// by as much as there are; so lengths, and strings, which have one, are read here.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>
#include <utility>

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

/// Writes or reads a value by its `inspect`, or as CAF knows it. (Calling the inspector would leave
/// out, without a word, what is whitelisted as unsafe.)
template <inspector Inspector, class T>
caf::error inspect_value(Inspector& with, T& value) {
  return with.apply(value);
}

/// An error that tells the place, such as `queue[3].what`, and the reason.
inline caf::error error_at(std::string place, std::string reason) {
  return caf::make_error(caf::sec::invalid_argument, std::move(place), std::move(reason));
}

/// An error that is told in one sentence.
inline caf::error error_of(std::string sentence) {
  return caf::make_error(caf::sec::invalid_argument, std::move(sentence));
}

/// Returns the place, empty if none is told, and the reason.
inline std::pair<std::string, std::string> place_and_reason(const caf::error& why) {
  const auto& told = why.context();
  if (told.match_elements<std::string, std::string>())
    return {told.get_as<std::string>(0), told.get_as<std::string>(1)};
  if (told.match_elements<std::string>())
    return {"", told.get_as<std::string>(0)};
  if (why == caf::sec::end_of_stream)
    return {"", "it ends too early"};
  return {"", "error " + std::to_string(why.code()) + " of " + caf::to_string(why.category())};
}

/// Reads a length: seven bits a byte, the lowest ones first; the highest bit tells that another
/// byte follows. One of more than 32 bits, or more than the 5 bytes that these need, is refused.
inline caf::error read_size(caf::deserializer& from, std::size_t& size) {
  std::uint64_t read = 0;
  for (int shift = 0; shift < 5 * 7; shift += 7) {
    std::uint8_t next = 0;
    if (auto failed = from.apply(next))
      return failed;
    read |= std::uint64_t{next & 0x7fU} << shift;
    if (next < 0x80) {
      size = read;
      return read <= std::numeric_limits<std::uint32_t>::max()
                 ? caf::error{}
                 : error_at("", "found a length of more than 32 bits");
    }
  }
  return error_at("", "found a length of more than 5 bytes");
}

/// Reads a string. That it is as long as it tells is believed only as it comes.
inline caf::error read_string(caf::deserializer& from, std::string& text) {
  constexpr std::size_t at_a_time = 1 << 16;
  std::size_t left = 0;
  if (auto failed = read_size(from, left))
    return failed;
  text.clear();
  while (left > 0) {
    const auto next = std::min(left, at_a_time);
    text.resize(text.size() + next);
    if (auto failed = from.apply_raw(next, text.data() + text.size() - next))
      return failed;
    left -= next;
  }
  return {};
}

/// Writes or reads how many elements follow.
template <inspector Inspector>
caf::error inspect_size(Inspector& with, std::size_t& size) {
  if constexpr (reads<Inspector>)
    return read_size(with, size);
  else
    return with.begin_sequence(size);
}

/// Writes or reads bytes, which may be many.
template <inspector Inspector>
caf::error inspect_bytes(Inspector& with, std::string& bytes) {
  if constexpr (reads<Inspector>)
    return read_string(with, bytes);
  else
    return with.apply(bytes);
}

/// Appends to `bytes` what `write(inspector)` writes.
template <class Write>
caf::error to_bytes(caf::execution_unit* context, std::string& bytes, Write write) {
  caf::serializer_impl<std::string> into{context, bytes};
  return write(static_cast<caf::serializer&>(into));
}

/// CAF's reader of bytes, but for lengths, also those that CAF itself reads for containers and
/// strings in what a user's `inspect` names.
class byte_reader final : public caf::deserializer {
public:
  byte_reader(caf::execution_unit* context, const std::string& bytes)
      : caf::deserializer(context), bytes_(context, bytes.data(), bytes.size()) {}

  [[nodiscard]] std::size_t remaining() const noexcept { return bytes_.remaining(); }

  caf::error begin_object(std::uint16_t& type, std::string& name) override {
    if (auto failed = apply_impl(type); failed || type != 0)
      return failed;
    return apply_impl(name);
  }
  caf::error end_object() override { return {}; }
  caf::error begin_sequence(std::size_t& size) override { return read_size(*this, size); }
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
  caf::error apply_impl(float& value) override { return bytes_.apply(value); }
  caf::error apply_impl(double& value) override { return bytes_.apply(value); }
  caf::error apply_impl(long double& value) override {
    std::string digits; // that is how CAF writes it
    auto failed = apply_impl(digits);
    if (!failed)
      std::istringstream{digits} >> value;
    return failed;
  }
  caf::error apply_impl(std::string& text) override { return read_string(*this, text); }
  caf::error apply_impl(std::u16string& text) override { return read_units<std::uint16_t>(text); }
  caf::error apply_impl(std::u32string& text) override { return read_units<std::uint32_t>(text); }

private:
  template <class Unit, class Text>
  caf::error read_units(Text& text) {
    std::size_t size = 0;
    if (auto failed = read_size(*this, size))
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
caf::error from_bytes(caf::execution_unit* context, const std::string& bytes, Read read,
                      std::size_t& left) {
  byte_reader from{context, bytes};
  auto failed = read(static_cast<caf::deserializer&>(from));
  left = from.remaining();
  return failed;
}

} // namespace libsync::detail::compat
