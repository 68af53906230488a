#pragma once

/// Errors in sentences for mistakes of beginners.

#include <cstddef>
#include <type_traits>

namespace libsync::detail {

template <class Data>
concept has_operation = requires {
  typename Data::operation;
};

/// More than so many bytes of data do not fit on the stack several times.
inline constexpr std::size_t most_data = std::size_t{256} * 1024;

/// What data lack, if they have a type `operation`.
template <class Data, bool = has_operation<Data>>
struct mistakes_of_operation {
  static_assert(std::is_copy_constructible_v<typename Data::operation>,
                "libsync: the operation cannot be copied: clients apply each operation, and so "
                "each has to have it; hold what cannot be copied by a std::shared_ptr");
};

template <class Data>
struct mistakes_of_operation<Data, false> {};

/// Does not compile, with a sentence, where `Data` cannot be shared.
template <class Data>
struct mistakes_of : mistakes_of_operation<Data> {
  static_assert(has_operation<Data>,
                "libsync: the data have no type `operation`: write `using operation = ...;` in "
                "their struct, which is the type of a change");
  static_assert(std::is_copy_constructible_v<Data>,
                "libsync: the data cannot be copied: each client has a copy of its own; hold what "
                "cannot be copied by a std::shared_ptr");
  static_assert(sizeof(Data) <= most_data,
                "libsync: the data are larger than 256 kB by `sizeof`, too large for the stacks "
                "that they are moved on: hold large arrays by a std::vector");
  static constexpr bool none = true;
};

} // namespace libsync::detail
