#pragma once

/// Writes and reads bytes by CAF's inspectors, whichever version of CAF there is.

#include <cstddef>
#include <vector>

#include "libsync/actors/detail/caf/version.hpp"

#include <caf/all.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>

namespace wire {

using bytes = std::vector<char>;

#if LIBSYNC_CAF_VERSION < 18

/// What the `inspect` of a user's returns, who names the members.
template <class Inspector, class... Members>
caf::error members(Inspector& with, Members&... all) {
  return with(all...);
}

/// Appends values to bytes. (`system` knows the types of messages.)
class writer {
public:
  explicit writer(bytes& into) : to_{nullptr, into} {}
  writer(caf::actor_system& system, bytes& into) : to_{system, into} {}

  template <class... Values>
  caf::error put(Values&&... all) {
    return to_(all...);
  }

private:
  caf::binary_serializer to_;
};

/// Reads values one after the other.
class reader {
public:
  explicit reader(const bytes& from) : from_{nullptr, from} {}
  reader(caf::actor_system& system, const bytes& from) : from_{system, from} {}

  template <class... Values>
  caf::error get(Values&... all) {
    return from_(all...);
  }
  [[nodiscard]] std::size_t remaining() const { return from_.remaining(); }

private:
  caf::binary_deserializer from_;
};

#else

/// What the `inspect` of a user's returns, who names the members.
template <class Inspector, class... Members>
bool members(Inspector& with, Members&... all) {
  return (with.apply(all) && ...);
}

/// Appends values to bytes.
class writer {
public:
  explicit writer(bytes& into) : into_(into) {}
  writer(caf::actor_system&, bytes& into) : into_(into) {}

  template <class... Values>
  caf::error put(Values&&... all) {
    caf::byte_buffer buffer;
#if LIBSYNC_CAF_VERSION < 100
    caf::binary_serializer to{nullptr, buffer};
#else
    caf::binary_serializer to{buffer};
#endif
    const bool good = (to.apply(all) && ...);
    for (const auto one : buffer)
      into_.push_back(static_cast<char>(one));
    return good ? caf::error{} : to.get_error();
  }

private:
  bytes& into_;
};

/// Reads values one after the other.
class reader {
public:
#if LIBSYNC_CAF_VERSION < 100
  explicit reader(const bytes& from) : from_{nullptr, from.data(), from.size()} {}
#else
  explicit reader(const bytes& from) : from_{from.data(), from.size()} {}
#endif
  reader(caf::actor_system& system, const bytes& from) : from_{system, from.data(), from.size()} {}

  template <class... Values>
  caf::error get(Values&... all) {
    return (from_.apply(all) && ...) ? caf::error{} : from_.get_error();
  }
  [[nodiscard]] std::size_t remaining() const {
    return from_.remaining();
  }

private:
  caf::binary_deserializer from_;
};

#endif

} // namespace wire
