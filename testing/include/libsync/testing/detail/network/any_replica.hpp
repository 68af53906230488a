#pragma once

/// A replica of either mode, chosen while the program runs.

#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>

#include "libsync/auditor.hpp"
#include "libsync/replica.hpp"
#include "libsync/snapshot.hpp"

#include "libsync/testing/detail/broken.hpp"

namespace libsync::testing::detail {

template <class Data>
class any_replica {
  using copying = replica<Data>;
  using viewing = replica<Data, shared_view>;

public:
  any_replica(const limits& limits, bool is_viewer, const identity_ptr<Data>& who = {})
      : either_(std::in_place_type<copying>, limits, nullptr, 0, who) {
    if (is_viewer)
      either_.template emplace<viewing>(limits, nullptr, 0, who);
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
  void close(const reason& why, Out& out) {
    std::visit([&](auto& it) { it.close(why, out); }, either_);
  }
  template <class Submission, class Out>
  result<submission_number, receipt> submit(Submission one, Out& out) {
    return std::visit([&](auto& it) { return it.submit(std::move(one), out); }, either_);
  }
  auto push(parcel<Data> several) {
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
          constexpr bool for_viewers = std::is_same_v<Message, snapshot<Data>>;
          constexpr bool for_copies = std::is_same_v<Message, batch_ptr<Data>>;
          constexpr bool is_viewer = std::remove_reference_t<decltype(it)>::is_viewer;
          if constexpr (is_viewer ? !for_copies : !for_viewers)
            it.receive(what, out);
          else
            fail("a client was sent what is not for it");
        },
        either_);
  }

  [[nodiscard]] digest_told answer(const digest_wanted<Data>& what) const {
    return std::visit([&](auto& it) { return answer_audit(it, what); }, either_);
  }

  [[nodiscard]] libsync::version version() const {
    return std::visit([](auto& it) { return it.version(); }, either_);
  }
  [[nodiscard]] submission_number next() const {
    return std::visit([](auto& it) { return it.next(); }, either_);
  }
  [[nodiscard]] std::optional<client_id> id() const {
    return std::visit([](auto& it) { return it.id(); }, either_);
  }
  [[nodiscard]] epoch_id epoch() const {
    return std::visit([](auto& it) { return it.epoch(); }, either_);
  }
  [[nodiscard]] std::size_t undecided() const {
    return std::visit([](auto& it) { return it.undecided(); }, either_);
  }
  [[nodiscard]] std::size_t room() const {
    return std::visit([](auto& it) { return it.room(); }, either_);
  }
  [[nodiscard]] bool joined() const {
    return std::visit([](auto& it) { return it.joined(); }, either_);
  }
  [[nodiscard]] bool away() const {
    return std::visit([](auto& it) { return it.away(); }, either_);
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
  [[nodiscard]] const replica_counters& counters() const {
    return std::visit([](auto& it) -> const replica_counters& { return it.counters(); }, either_);
  }

private:
  std::variant<copying, viewing> either_;
};

} // namespace libsync::testing::detail
