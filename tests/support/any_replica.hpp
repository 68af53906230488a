#pragma once

/// A replica of either mode, chosen while the program runs.

#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "libsync/replica.hpp"
#include "libsync/snapshot.hpp"
#include "support/model.hpp"

namespace simulation {

template <class Data>
class any_replica {
  using own_copy = libsync::replica<Data>;
  using viewer = libsync::replica<Data, libsync::shared_view>;

public:
  any_replica(const libsync::limits& limits, bool is_viewer)
      : either_(std::in_place_type<own_copy>, limits) {
    if (is_viewer)
      either_.template emplace<viewer>(limits);
  }

  template <class Out>
  void connect(Out& out) {
    std::visit([&](auto& it) { it.connect(out); }, either_);
  }
  template <class Out>
  void reconnect(Out& out) {
    std::visit([&](auto& it) { it.reconnect(out); }, either_);
  }
  template <class Out>
  void leave(Out& out) {
    std::visit([&](auto& it) { it.leave(out); }, either_);
  }
  template <class Out>
  void close(const std::string& why, Out& out) {
    std::visit([&](auto& it) { it.close(why, out); }, either_);
  }
  template <class Submission, class Out>
  libsync::result<libsync::submission_number, libsync::receipt> submit(Submission one, Out& out) {
    return std::visit([&](auto& it) { return it.submit(std::move(one), out); }, either_);
  }
  auto push(libsync::parcel<Data> several) {
    return std::visit([&](auto& it) { return it.push(std::move(several)); }, either_);
  }
  template <class Out>
  void pump(Out& out) {
    std::visit([&](auto& it) { it.pump(out); }, either_);
  }
  template <class Message, class Out>
  void receive(const Message& what, Out& out) {
    std::visit(
        [&](auto& it) {
          constexpr bool for_viewers = std::is_same_v<Message, libsync::snapshot<Data>>;
          constexpr bool for_copies = std::is_same_v<Message, libsync::batch_ptr<Data>>;
          constexpr bool is_viewer = std::remove_reference_t<decltype(it)>::is_viewer;
          if constexpr (is_viewer ? !for_copies : !for_viewers)
            it.receive(what, out);
          else
            throw broken("a client was sent what is not for it");
        },
        either_);
  }

  [[nodiscard]] libsync::version version() const {
    return std::visit([](auto& it) { return it.version(); }, either_);
  }
  [[nodiscard]] libsync::submission_number next() const {
    return std::visit([](auto& it) { return it.next(); }, either_);
  }
  [[nodiscard]] libsync::epoch_id epoch() const {
    return std::visit([](auto& it) { return it.epoch(); }, either_);
  }
  [[nodiscard]] std::size_t room() const {
    return std::visit([](auto& it) { return it.room(); }, either_);
  }
  [[nodiscard]] bool joined() const {
    return std::visit([](auto& it) { return it.joined(); }, either_);
  }
  [[nodiscard]] bool closed() const {
    return std::visit([](auto& it) { return it.closed(); }, either_);
  }
  [[nodiscard]] bool has_data() const {
    return std::visit([](auto& it) { return it.has_data(); }, either_);
  }
  [[nodiscard]] const Data& confirmed() const {
    return std::visit([](auto& it) -> const Data& { return it.confirmed(); }, either_);
  }
  [[nodiscard]] const libsync::replica_counters& counters() const {
    return std::visit([](auto& it) -> const libsync::replica_counters& { return it.counters(); },
                      either_);
  }

private:
  std::variant<own_copy, viewer> either_;
};

} // namespace simulation
