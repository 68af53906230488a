#pragma once

/// The bank of the simulations, on a disk.

#include <cstdint>
#include <memory>

#include <nlohmann/json.hpp>

#include "libsync/actors/testing/simulated_journal.hpp"
#include "libsync/json/memory_journal.hpp"

#include "simulate/bank.hpp"

namespace bank {

inline void to_json(nlohmann::json& to, const transfer& from) {
  to = {from.from, from.to, from.amount, from.back};
}
inline void from_json(const nlohmann::json& from, transfer& to) {
  from.at(0).get_to(to.from);
  from.at(1).get_to(to.to);
  from.at(2).get_to(to.amount);
  from.at(3).get_to(to.back);
}
inline void to_json(nlohmann::json& to, const accounts& from) {
  to = {from.money, from.trace};
}
inline void from_json(const nlohmann::json& from, accounts& to) {
  from.at(0).get_to(to.money);
  from.at(1).get_to(to.trace);
}

/// Rows of text, whose data are stored often and whose log is short. After eight versions the log
/// is always longer than the data, whatever name the epoch has: so a seed does the same each time.
template <class Bank>
libsync::testing::simulated_journal_of<Bank> in_rows() {
  return libsync::testing::journal_in<Bank>([](libsync::durability level, std::uint64_t seed) {
    return libsync::memory_journal{std::make_shared<libsync::memory_disk>(),
                                   level,
                                   {.data_every = 8 + seed % 20, .keep = seed % 30}};
  });
}

} // namespace bank
