#pragma once

/// A replica of any mode, chosen while the program runs.

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/auditor.hpp"
#include "libsync/optimistic.hpp"
#include "libsync/replica.hpp"
#include "libsync/snapshot.hpp"

#include "libsync/testing/detail/broken.hpp"

namespace libsync::testing::detail {

enum class replica_kind { own_copy, shared_view, optimistic };

inline replica_kind kind_of(bool is_viewer) noexcept {
  return is_viewer ? replica_kind::shared_view : replica_kind::own_copy;
}

template <class Data>
class any_replica {
  using copying = replica<Data>;
  using viewing = replica<Data, shared_view>;
  using hoping = replica<Data, optimistic>;

public:
  any_replica(const limits& limits, replica_kind kind, const identity_ptr<Data>& who = {})
      : either_(std::in_place_type<copying>, limits, nullptr, 0, who) {
    if (kind == replica_kind::shared_view)
      either_.template emplace<viewing>(limits, nullptr, 0, who);
    if (kind == replica_kind::optimistic)
      either_.template emplace<hoping>(limits, nullptr, 0, who);
  }

  [[nodiscard]] bool is_optimistic() const noexcept {
    return std::holds_alternative<hoping>(either_);
  }
  /// Null if it is not optimistic.
  [[nodiscard]] hoping* as_optimistic() noexcept { return std::get_if<hoping>(&either_); }

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
  [[nodiscard]] const Data& shown() const {
    return std::visit([](auto& it) -> const Data& { return it.shown(); }, either_);
  }
  /// Calls `f(const Data&)` with the confirmed data.
  template <class Function>
  void read_confirmed(Function f) const {
    if (const auto* it = std::get_if<hoping>(&either_))
      f(*it->confirmed().data);
    else
      f(shown());
  }
  [[nodiscard]] std::vector<pending_submission> pending() const {
    const auto* it = std::get_if<hoping>(&either_);
    return it != nullptr ? it->pending() : std::vector<pending_submission>{};
  }
  [[nodiscard]] libsync::version since() const {
    return std::visit([](auto& it) { return it.since(); }, either_);
  }
  [[nodiscard]] const replica_counters& counters() const {
    return std::visit([](auto& it) -> const replica_counters& { return it.counters(); }, either_);
  }

private:
  std::variant<copying, viewing, hoping> either_;
};

} // namespace libsync::testing::detail
