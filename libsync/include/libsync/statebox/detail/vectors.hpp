#pragma once

/// Changes of vectors that are made wholly or, if something throws, not at all.

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace libsync::detail {

/// Moving a `T` does not throw. Where it may, a vector is not changed in place: it is copied, and
/// the copy takes its place.
template <class T>
inline constexpr bool moves_safely =
    std::is_nothrow_move_constructible_v<T>&& std::is_nothrow_move_assignable_v<T>;

template <class T>
[[nodiscard]] auto place(std::vector<T>& in, std::size_t at) {
  return std::next(in.begin(), static_cast<std::ptrdiff_t>(at));
}

/// Makes room for so many more, in steps that double.
template <class T>
void make_room(std::vector<T>& in, std::size_t more) {
  const auto size = in.size() + more;
  if (in.capacity() < size)
    in.reserve(std::max(size, 2 * in.capacity()));
}

/// Inserts an element before place `at`, and returns where it is. There will be at most `most`.
template <class T>
T* insert_at(std::vector<T>& all, std::size_t at, std::type_identity_t<T>&& one, std::size_t most) {
  if constexpr (moves_safely<T>) {
    return &*all.insert(place(all, at), std::move(one));
  } else {
    std::vector<T> next;
    next.reserve(std::min(most, 2 * all.size() + 1));
    next.assign(all.begin(), place(all, at));
    next.push_back(std::move(one));
    next.insert(next.end(), place(all, at), all.end());
    all.swap(next);
    return &all[at];
  }
}

/// Erases one element; throws nothing where moves do not.
template <class T>
void erase_at(std::vector<T>& all, std::size_t at) {
  if constexpr (moves_safely<T>) {
    all.erase(place(all, at));
  } else {
    std::vector<T> next{all.begin(), place(all, at)};
    next.insert(next.end(), place(all, at + 1), all.end());
    all.swap(next);
  }
}

/// Erases the first `count` elements; throws nothing where moves do not.
template <class T>
void erase_front(std::vector<T>& all, std::size_t count) {
  if constexpr (moves_safely<T>)
    all.erase(all.begin(), place(all, count));
  else
    std::vector<T>{place(all, count), all.end()}.swap(all);
}

/// Keeps the first elements and returns the others, in a vector with room for `most`.
template <class T>
[[nodiscard]] std::vector<T> cut_off(std::vector<T>& all, std::size_t kept, std::size_t most) {
  std::vector<T> others;
  others.reserve(most);
  if constexpr (moves_safely<T>) {
    std::move(place(all, kept), all.end(), std::back_inserter(others));
    all.erase(place(all, kept), all.end());
  } else {
    others.assign(place(all, kept), all.end());
    std::vector<T>{all.begin(), place(all, kept)}.swap(all);
  }
  return others;
}

/// Moves the elements of `others` behind those of `all` if that makes at most `most`, moves cannot
/// throw and there is memory; returns whether it did.
template <class T>
[[nodiscard]] bool append_if_it_fits(std::vector<T>& all, std::vector<T>& others,
                                     std::size_t most) noexcept {
  if (!moves_safely<T> || all.size() + others.size() > most)
    return false;
  try {
    all.reserve(most);
  } catch (const std::bad_alloc&) {
    return false;
  }
  std::move(others.begin(), others.end(), std::back_inserter(all));
  return true;
}

} // namespace libsync::detail
