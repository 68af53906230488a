#pragma once

/// Rows of siblings between which and a store something happens.

#include <functional>
#include <string>
#include <vector>

#include "libsync/json/memory_siblings.hpp"

namespace siblings {

/// Rows in memory. Before they are changed, `before` is called, and afterwards `after`, if there is
/// one; either may throw.
struct between {
  libsync::memory_siblings kept;
  std::function<void()> before = {};
  std::function<void()> after = {};

  [[nodiscard]] std::string place() const { return kept.place(); }
  [[nodiscard]] std::vector<std::string> keys() const { return kept.keys(); }
  [[nodiscard]] std::vector<libsync::sibling_row> read(const std::string& key) const {
    return kept.read(key);
  }
  bool replace(const std::string& key, const libsync::sibling_ids& read,
               const libsync::sibling_row* added) {
    call(before);
    const bool done = kept.replace(key, read, added);
    call(after);
    return done;
  }
  void put_beside(const std::string& key, const libsync::sibling_ids& merged,
                  const libsync::sibling_row& added) {
    call(before);
    kept.put_beside(key, merged, added);
    call(after);
  }

private:
  static void call(const std::function<void()>& what) {
    if (what)
      what();
  }
};

} // namespace siblings
