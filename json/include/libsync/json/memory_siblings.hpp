#pragma once

/// Siblings of stateboxes in memory.

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libsync/json/sibling_rows.hpp"

namespace libsync {

/// Keeps siblings as long as the process lives: for tests, and for programs that may run without a
/// file. Copies share what they keep, as connections to one database do. One thread at a time may
/// use them all.
class memory_siblings {
public:
  [[nodiscard]] std::string place() const { return "memory"; }

  [[nodiscard]] std::vector<std::string> keys() const {
    std::vector<std::string> all;
    for (const auto& [key, unused] : *kept_)
      all.push_back(key);
    return all;
  }

  [[nodiscard]] std::vector<sibling_row> read(const std::string& key) const {
    const auto found = kept_->find(key);
    return found == kept_->end() ? std::vector<sibling_row>{} : found->second;
  }

  bool replace(const std::string& key, const sibling_ids& read, const sibling_row* added) {
    const auto found = this->read(key);
    if (!std::ranges::equal(found, read, {}, &sibling_row::id))
      return false;
    put(key, added == nullptr ? std::vector<sibling_row>{} : std::vector{*added});
    return true;
  }

  void put_beside(const std::string& key, const sibling_ids& merged, const sibling_row& added) {
    auto all = read(key);
    std::erase_if(all, [&](const sibling_row& one) {
      return std::ranges::find(merged, one.id) != merged.end();
    });
    all.insert(std::ranges::upper_bound(all, added.id, {}, &sibling_row::id), added);
    put(key, std::move(all));
  }

private:
  void put(const std::string& key, std::vector<sibling_row> all) {
    if (all.empty())
      kept_->erase(key);
    else
      kept_->insert_or_assign(key, std::move(all));
  }

  std::shared_ptr<std::map<std::string, std::vector<sibling_row>>> kept_ =
      std::make_shared<std::map<std::string, std::vector<sibling_row>>>();
};

} // namespace libsync
