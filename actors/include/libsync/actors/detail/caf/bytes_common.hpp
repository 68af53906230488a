#pragma once

/// The part of the readers of bytes that is the same for all versions of CAF.

#include <cstddef>
#include <string>
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

template <class Reader>
caf::error read_size(Reader& from, std::size_t& size);
template <class Reader>
caf::error read_string(Reader& from, std::string& text);

} // namespace libsync::detail::compat
