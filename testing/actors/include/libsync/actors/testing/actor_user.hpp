#pragma once

/// A client of `simulate_actors`, of any mode, with what it should show and what it may undo.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/actors/server.hpp"
#include "libsync/actors/testing/client_habits.hpp"
#include "libsync/actors/testing/client_record.hpp"
#include "libsync/actors/testing/simulated_client.hpp"

#include "libsync/context.hpp"
#include "libsync/identity.hpp"
#include "libsync/optimistic.hpp"
#include "libsync/pending.hpp"
#include "libsync/reducer.hpp"
#include "libsync/submission.hpp"

#include "libsync/testing/detail/expected_data.hpp"
#include "libsync/testing/detail/expected_undo.hpp"
#include "libsync/testing/digest.hpp"
#include "libsync/testing/random.hpp"

namespace libsync::testing::detail {

/// A simulated client with a copy of its own, or an optimistic one.
template <class Data>
class actor_user {
  using plain = simulated_client<Data>;
  using eager = simulated_client<Data, optimistic>;
  using operation = typename Data::operation;

public:
  using generator = typename plain::generator;

  actor_user(const server_address<Data>& to, const generator& make, const client_habits& habits,
             bool is_optimistic, const std::optional<identity_of<Data>>& who, bool is_admitted,
             const expected_data<Data>& data)
      : undoes_(habits.undoes_in_100 != 0), is_admitted_(is_admitted),
        notes_(std::make_shared<notes>(data)),
        either_(is_optimistic
                    ? either{std::in_place_type<eager>, to, make, habits, who}
                    : either{std::in_place_type<plain>, to, make, without_undo(habits), who}) {
    if (auto* one = std::get_if<eager>(&either_))
      one->on_submitting([to = notes_](std::size_t number, const submission<Data>& what) {
        to->submit(number, what);
      });
  }

  actor_user(const actor_user&) = delete;
  actor_user& operator=(const actor_user&) = delete;
  ~actor_user() = default;

  [[nodiscard]] bool is_optimistic() const noexcept {
    return std::holds_alternative<eager>(either_);
  }

  /// Calls `f(client)` with the client of its mode.
  template <class Function>
  decltype(auto) visit(Function f) {
    return std::visit(std::move(f), either_);
  }
  template <class Function>
  decltype(auto) visit(Function f) const {
    return std::visit(std::move(f), either_);
  }

  // What it is told to do.

  /// Returns what it does in words, with its verb; nothing if it cannot do anything.
  std::string submit_by(std::uint64_t seed, std::size_t count) {
    random choices{seed ^ 0xD0};
    const bool goes_back = undoes_ && is_optimistic() && !is_dead() && choices.chance(30);
    const during now{*notes_};
    if (goes_back)
      return go_back(choices.chance(40));
    const auto what = visit([&](auto& it) { return it.submit_by(seed, count); });
    return what.empty() ? what : "submits " + what;
  }
  void leave() {
    visit([](auto& it) { it.leave(); });
  }
  void come_back() {
    visit([](auto& it) { it.come_back(); });
  }
  void die() {
    visit([](auto& it) { it.die(); });
    notes_->begin_program();
  }
  void close() {
    visit([](auto& it) { it.close(); });
  }
  void throw_next() {
    visit([](auto& it) { it.throw_next(); });
  }

  // What is looked at.

  /// A client that is not admitted closes by itself, so it counts as one that has closed.
  [[nodiscard]] bool is_dead() const noexcept {
    return !is_admitted_ || visit([](const auto& it) { return it.is_dead(); });
  }
  [[nodiscard]] bool is_closed() const noexcept {
    return !is_admitted_ || visit([](const auto& it) { return it.is_closed(); });
  }
  [[nodiscard]] bool has_proxy() const noexcept {
    return visit([](const auto& it) { return it.has_proxy(); });
  }
  [[nodiscard]] proxy<Data>& connection() noexcept {
    return visit([](auto& it) -> proxy<Data>& { return it.connection(); });
  }
  template <class Look>
  auto look(Look look_at) const {
    return visit([&](const auto& it) { return it.look(look_at); });
  }
  template <class See>
  void on_seen(See see) {
    visit([&](auto& it) { it.on_seen(see); });
  }
  /// `tell(receipt, wrong)` is also told what is wrong with it; an empty text if nothing is.
  template <class Tell>
  void on_told(Tell tell) {
    visit([&](auto& it) {
      it.on_told([tell, to = notes_](const told_receipt& told) { tell(told, to->tell(told)); });
    });
  }

  /// Returns what is wrong with what an optimistic client that runs shows: that is the confirmed
  /// data with what is pending applied to them, in order, as far as it can be.
  [[nodiscard]] std::string check_shown() {
    auto* const one = std::get_if<eager>(&either_);
    return one == nullptr || is_dead() ? std::string{} : check_shown(one->session());
  }

private:
  using either = std::variant<plain, eager>;
  using undo_model = expected_undo<Data>;

  // What is known of its submissions that have no receipt. Callbacks may outlive the client.
  struct notes {
    explicit notes(const expected_data<Data>& all) : data(all) {}

    void submit(std::size_t number, const submission<Data>& what) {
      const auto* all = std::get_if<transaction<Data>>(&what.what);
      untold.insert_or_assign(number, all != nullptr
                                          ? all->operations()
                                          : std::vector<operation>{std::get<operation>(what.what)});
      wish(number, undo_model::wish_kind::step);
    }

    void wish(std::size_t number, typename undo_model::wish_kind what) {
      if constexpr (invertible<Data>) {
        const auto made = undo.begin(what);
        undo.expect(made);
        undo.end(made);
        wishes.emplace(number, made);
      }
    }

    std::string tell(const told_receipt& told) {
      untold.erase(told.submission);
      going_back.erase(told.submission);
      const auto found = wishes.find(told.submission);
      if (found == wishes.end())
        return {};
      const auto which = found->second;
      wishes.erase(found);
      if constexpr (invertible<Data>) {
        if (!is_submitting)
          return undo.tell(which, told.receipt, data, true, static_cast<version>(-1));
        undo.expect_no_more(which); // it was not taken
      }
      return {};
    }

    void begin_program() {
      undo = {};
      wishes.clear();
      untold.clear();
      going_back.clear();
    }

    const expected_data<Data>& data;
    std::map<std::size_t, std::vector<operation>> untold;
    std::map<std::size_t, bool> going_back;
    std::map<std::size_t, typename undo_model::wish_number> wishes;
    undo_model undo;
    bool is_submitting = false;
  };

  struct during {
    explicit during(notes& of) : of_(of) { of_.is_submitting = true; }
    during(const during&) = delete;
    during& operator=(const during&) = delete;
    ~during() { of_.is_submitting = false; }
    notes& of_;
  };

  static client_habits without_undo(client_habits habits) {
    habits.undoes_in_100 = 0;
    return habits;
  }

  std::string go_back(bool redo) {
    auto& one = std::get<eager>(either_);
    const auto number = one.look([](const client_record& all) { return all.counts.submitted; });
    notes_->going_back.emplace(number, redo);
    notes_->wish(number, redo ? undo_model::wish_kind::redo : undo_model::wish_kind::undo);
    redo ? one.redo() : one.undo();
    return redo ? "does again what it undid" : "undoes its last step";
  }

  [[nodiscard]] std::string check_shown(session<Data, optimistic>& of) const {
    const auto confirmed = of.confirmed();
    if (!confirmed)
      return {};
    if (!notes_->data.has(confirmed->version, digest_of(*confirmed->data)))
      return "has confirmed data at version " + std::to_string(confirmed->version) +
             " that the operations do not lead to";
    const auto list = of.pending();
    // An undo has its number when it is carried out, and a provisional context is the client's.
    if (!list.empty() && (takes_context<Data> || !notes_->going_back.empty()))
      return {};
    if (list.size() != notes_->untold.size())
      return "lists " + std::to_string(list.size()) + " submissions without a receipt, of " +
             std::to_string(notes_->untold.size());
    Data shown = *confirmed->data;
    auto one = list.begin();
    for (const auto& [number, all] : notes_->untold)
      if (const auto wrong = check_pending(shown, all, *one++); !wrong.empty())
        return "says that submission " + std::to_string(number) + wrong;
    const auto is = of.read([](const Data& data) { return digest_of(data); });
    return !is || *is == digest_of(shown)
               ? std::string{}
               : "shows something else than the pending submissions make of version " +
                     std::to_string(confirmed->version);
  }

  // Applies it if it is pending, all or nothing.
  static std::string check_pending(Data& shown, std::span<const operation> all,
                                   const pending_submission& told) {
    if (told.standing == standing::confirmed || told.standing == standing::refused)
      return {};
    const context<Data> how{}; // which the reducer does not take
    Data next = shown;
    reason why_not;
    for (auto op = all.begin(); op != all.end() && why_not.empty(); ++op)
      try {
        if constexpr (invertible<Data>)
          static_cast<void>(libsync::detail::call_inverse(next, *op, how));
        if (const auto done = reducer<Data>::step(next, *op, how); !done)
          why_not = done.reason();
      } catch (...) {
        why_not = "its inverse throws"_reason;
      }
    if (told.standing == standing::pending) {
      shown = std::move(next);
      return why_not.empty() ? std::string{}
                             : " is pending, but it cannot be applied: " + std::string{why_not};
    }
    // What threw may not be tried again.
    return why_not.empty() && told.reason.text().find("threw: ") == std::string_view::npos
               ? " is skipped (" + std::string{told.reason.text()} + "), but it can be applied"
               : std::string{};
  }

  const bool undoes_;
  const bool is_admitted_;
  std::shared_ptr<notes> notes_;
  either either_;
};

} // namespace libsync::testing::detail
