#pragma once

/// The journal of a simulated server, as simulations without one see it.

#include <memory>
#include <utility>

namespace libsync {

template <class Data>
struct server_options;

} // namespace libsync

namespace libsync::testing::detail {

template <class Data>
class simulated_disk;

/// A disk, and how a server gets it.
template <class Data>
class simulated_journal {
public:
  explicit simulated_journal(std::shared_ptr<simulated_disk<Data>> on) : disk(std::move(on)) {}
  simulated_journal(const simulated_journal&) = delete;
  simulated_journal& operator=(const simulated_journal&) = delete;
  virtual ~simulated_journal() = default;

  virtual void give_to(server_options<Data>& options) const = 0;

  const std::shared_ptr<simulated_disk<Data>> disk;
};

} // namespace libsync::testing::detail
