#pragma once

/// Operations of the ready-made types, chosen by a script.

#include <cstdint>
#include <string>
#include <vector>

#include "libsync/statebox/dictionary.hpp"
#include "libsync/statebox/dynamic.hpp"
#include "libsync/statebox/set.hpp"

#include "support/script.hpp"

namespace changes {

using numbers = libsync::set<int>;
using libraries = libsync::dictionary<int, numbers>;
using nested = libsync::dictionary<int, libraries>;

template <class Set>
Set any_set(script& choose) {
  Set made;
  for (int size = choose.below(3); size > 0; --size)
    made.insert(choose.below(4));
  return made;
}

/// One, or now and then a list of up to three, which may be empty.
template <class Operation>
libsync::composite<Operation> maybe_list(script& choose, const auto& any_one) {
  if (choose.below(5) != 4)
    return any_one(choose);
  typename libsync::composite<Operation>::list all;
  for (int size = choose.below(4); size > 0; --size)
    all.push_back(any_one(choose));
  return all;
}

template <class Set>
typename Set::operation any_set_operation(script& choose) {
  switch (choose.below(4)) {
  case 0:
    return typename Set::add{choose.below(4)};
  case 1:
    return typename Set::remove{choose.below(4)};
  case 2:
    return typename Set::unite{any_set<Set>(choose)};
  default:
    return typename Set::subtract{any_set<Set>(choose)};
  }
}

inline libsync::composite<numbers::operation> of_set(script& choose) {
  return maybe_list<numbers::operation>(choose, any_set_operation<numbers>);
}

inline libraries any_dictionary(script& choose) {
  libraries made;
  for (int size = choose.below(3); size > 0; --size) {
    const int key = choose.below(3);
    made.insert_or_assign(key, any_set<numbers>(choose));
  }
  return made;
}

inline libraries::operation any_dictionary_operation(script& choose) {
  const int key = choose.below(3);
  switch (choose.below(6)) {
  case 0:
    return libraries::store{key, any_set<numbers>(choose)};
  case 1:
    return libraries::erase{key};
  case 2:
    return libraries::unite{key, any_set<numbers>(choose)};
  case 3:
    return libraries::subtract{key, any_set<numbers>(choose)};
  case 4:
    return libraries::update{key, of_set(choose)};
  default:
    return libraries::merge{any_dictionary(choose)};
  }
}

inline libsync::composite<libraries::operation> of_dictionary(script& choose) {
  return maybe_list<libraries::operation>(choose, any_dictionary_operation);
}

/// Dictionaries in a dictionary.
inline libsync::composite<nested::operation> of_nested(script& choose) {
  return maybe_list<nested::operation>(choose, [](script& from) -> nested::operation {
    const int key = from.below(2);
    switch (from.below(4)) {
    case 0:
      return nested::store{key, any_dictionary(from)};
    case 1:
      return nested::erase{key};
    default:
      return nested::update{key, of_dictionary(from)};
    }
  });
}

/// A dynamic dictionary with values of one type at each key: numbers, sets and a dictionary.
inline libsync::composite<libsync::dynamic_operation> of_dynamic(script& choose) {
  using libsync::dynamic;
  using pairs = dynamic::pairs;
  using elements = dynamic::elements;
  return maybe_list<
      libsync::dynamic_operation>(choose, [](script& from) -> libsync::dynamic_operation {
    const dynamic set_key = "s" + std::to_string(from.below(2));
    const dynamic number_key = 1 + from.below(2);
    switch (from.below(8)) {
    case 0:
      return pairs::store{number_key, from.below(4)};
    case 1:
      return pairs::erase{from.below(2) == 0 ? set_key : number_key};
    case 2:
      return pairs::unite{set_key, any_set<elements>(from)};
    case 3:
      return pairs::subtract{set_key, any_set<elements>(from)};
    case 4:
      return pairs::update{set_key, libsync::dynamic_operation{any_set_operation<elements>(from)}};
    case 5:
      return pairs::store{set_key, any_set<elements>(from)};
    case 6:
      return pairs::update{"d",
                           libsync::dynamic_operation{pairs::store{from.below(3), from.below(4)}}};
    default:
      return pairs::merge{pairs{{number_key, from.below(4)}, {set_key, dynamic{}}}};
    }
  });
}

} // namespace changes
