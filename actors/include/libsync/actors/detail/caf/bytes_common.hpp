#pragma once

/// The part of the readers of bytes that is the same for all versions of CAF.

#include <charconv>
#include <cstddef>
#include <locale>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>

#include <caf/all.hpp>

namespace libsync::detail::compat {

/// An error that tells the place, such as `queue[3].what`, and the reason.
inline caf::error error_at(std::string place, std::string reason) {
  return caf::make_error(caf::sec::invalid_argument, std::move(place), std::move(reason));
}

/// An error that is told in one sentence.
inline caf::error error_of(std::string sentence) {
  return caf::make_error(caf::sec::invalid_argument, std::move(sentence));
}

/// Reads a number that was written as a text, which any bytes may be.
inline caf::error read_number(const std::string& text, long double& into) {
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, into);
  bool good = read.ec == std::errc{};
  if (read.ec == std::errc::result_out_of_range) { // it also takes the smallest numbers for that
    std::istringstream in{text};
    in.imbue(std::locale::classic());
    good = static_cast<bool>(in >> into);
  }
  if (!good || read.ptr != end)
    return error_at("", "found a text of " + std::to_string(text.size()) +
                            " bytes, expected a number in it");
  return {};
}

template <class Reader>
caf::error read_size(Reader& from, std::size_t& size);
template <class Reader>
caf::error read_string(Reader& from, std::string& text);

} // namespace libsync::detail::compat
