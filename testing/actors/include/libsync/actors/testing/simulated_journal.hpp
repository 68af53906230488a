#pragma once

/// Journals of simulated servers.

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "libsync/actors/server_options.hpp"
#include "libsync/journal.hpp"

#include "libsync/stored_state.hpp"

#include "libsync/testing/detail/kept_journal.hpp"
#include "libsync/testing/detail/simulated_disk.hpp"
#include "libsync/testing/detail/simulated_journal.hpp"
#include "libsync/testing/simulation.hpp"

namespace libsync::testing {

namespace detail {

/// The place of a journal on a simulated disk.
template <class Data>
struct simulated_place {
  std::shared_ptr<simulated_disk<Data>> disk;
  durability level;

  template <class Same>
  [[nodiscard]] std::unique_ptr<any_journal<Same>> open() const {
    return disk->open();
  }
};

template <class Data>
class journal_of_actors final : public simulated_journal<Data> {
public:
  explicit journal_of_actors(std::shared_ptr<simulated_disk<Data>> disk)
      : simulated_journal<Data>(std::move(disk)) {}

  void give_to(server_options<Data>& options) const override {
    options.journal = simulated_place<Data>{this->disk, this->disk->level()};
  }
};

} // namespace detail

/// For `simulation_options::journal`: `make(durability, std::uint64_t seed)` returns the place of a
/// journal, such as a `memory_journal`, which is opened again for each process of a server. Every
/// third seed or so is relaxed.
template <class Data, class Make>
[[nodiscard]] simulated_journal_of<Data> journal_in(Make make) {
  return [make = std::move(make)](std::uint64_t seed) {
    const auto level = seed % 3 == 0 ? durability::relaxed : durability::synced;
    auto disk = std::make_shared<detail::simulated_disk<Data>>(
        level, [where = make(level, seed)] { return where.template open<Data>(); });
    return std::make_shared<detail::journal_of_actors<Data>>(std::move(disk));
  };
}

/// The same, for a journal that keeps values as they are. They need no JSON.
template <class Data>
[[nodiscard]] simulated_journal_of<Data> journal_in_memory() {
  return [](std::uint64_t seed) {
    const auto level = seed % 3 == 0 ? durability::relaxed : durability::synced;
    auto disk = std::make_shared<detail::simulated_disk<Data>>(
        level, [level, kept = std::make_shared<detail::kept_state<Data>>()] {
          return std::make_unique<detail::kept_journal<Data>>(kept, level);
        });
    return std::make_shared<detail::journal_of_actors<Data>>(std::move(disk));
  };
}

} // namespace libsync::testing
