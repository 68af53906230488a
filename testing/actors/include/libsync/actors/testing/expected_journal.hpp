#pragma once

/// What a simulation expects of a server with a journal.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "libsync/actors/effect_token.hpp"
#include "libsync/actors/server_options.hpp"

#include "libsync/change.hpp"
#include "libsync/effects.hpp"
#include "libsync/ids.hpp"
#include "libsync/reason.hpp"
#include "libsync/stored_state.hpp"

#include "libsync/testing/detail/expected_data.hpp"
#include "libsync/testing/detail/simulated_disk.hpp"
#include "libsync/testing/detail/simulated_journal.hpp"
#include "libsync/testing/digest.hpp"
#include "libsync/testing/random.hpp"
#include "libsync/testing/simulation.hpp"

namespace libsync::testing::detail {

/// Nobody hears of what is not written, unless the journal is relaxed. Of what somebody has heard
/// nothing is lost, unless the process of a relaxed one has ended as it should not. Timers fire
/// once, and effects are run until they are done. Without a journal it expects nothing.
template <class Data>
class expected_journal {
public:
  using effect = typename effects<Data>::effect;

  expected_journal(const simulation_options<Data>& how, std::uint64_t seed,
                   expected_data<Data>& data)
      : journal_(how.journal ? how.journal(seed) : nullptr), data_(data),
        counts_timers_(how.timers && !how.on_joined && !how.on_left) {
    if (journal_)
      disk().on_loaded([this](const stored_state<Data>& state) { load(state); });
  }

  expected_journal(const expected_journal&) = delete;
  expected_journal& operator=(const expected_journal&) = delete;
  ~expected_journal() {
    if (journal_)
      disk().on_loaded({});
  }

  [[nodiscard]] explicit operator bool() const noexcept { return journal_ != nullptr; }
  [[nodiscard]] simulated_disk<Data>& disk() const noexcept { return *journal_->disk; }
  [[nodiscard]] bool is_relaxed() const noexcept {
    return journal_ && disk().level() == durability::relaxed;
  }
  /// Whether versions of which somebody has heard are lost.
  [[nodiscard]] bool has_lost() const noexcept { return has_lost_; }
  /// Which process of the server it is. What one does that has ended is void.
  [[nodiscard]] std::uint64_t process() const noexcept { return process_; }
  /// What is wrong; empty if nothing is.
  [[nodiscard]] const std::string& broken() const noexcept {
    return broken_.empty() && journal_ ? disk().broken() : broken_;
  }

  /// Gives a server its journal.
  void give_to(server_options<Data>& options) {
    if (!journal_)
      return;
    begin_life();
    journal_->give_to(options);
    options.on_refused = [this, here = process_](client_id by,
                                                 std::span<const typename Data::operation>,
                                                 const reason&) {
      timers_refused_ += by == client_id::server && here == process_ ? 1 : 0;
    };
    if constexpr (!std::is_same_v<effect, no_effect>)
      options.on_effect = [this, here = process_](const effect_token& token, const effect&) {
        return here == process_ ? run(token) : effect_state::started;
      };
  }

  /// The server has died, and another one begins.
  void begin_life() noexcept { ++life_; }
  /// It has died within a call, or the process of a relaxed one has not ended as it should.
  void expect_epoch() {
    if (journal_)
      disk().expect_epoch();
  }
  void end_process() {
    const bool is_clean = disk().is_closed();
    ++process_;
    disk().cut();
    waiting_.clear(); // their tokens report to nobody
    if (!is_clean && is_relaxed()) {
      disk().expect_epoch();
      may_lose_ = has_lost_ = true;
    }
  }

  /// The server has decided something.
  void decide(const change<Data>& what) {
    if (!journal_)
      return;
    if (what.version <= data_.last())
      forget_after(what.version - 1);
    if (what.operations.empty())
      may_lose_ = false; // another epoch begins, with what there is
  }

  /// Somebody has heard of a version.
  void hear(version of, const std::string& who) {
    if (!journal_ || has_lost_)
      return;
    told_ = std::max(told_, of);
    if (!is_relaxed() && of > disk().written())
      break_promise(who + " hears of version " + std::to_string(of) + ", which is not written yet");
  }

  /// A timer was set, or may have been.
  void set_timer(bool surely) noexcept { ++(surely ? timers_ : timers_unsure_); }

  /// Reports on one of the effects that were started.
  void report(random& choices) {
    if (waiting_.empty())
      return;
    const auto which = static_cast<std::ptrdiff_t>(choices.below(waiting_.size()));
    waiting_[static_cast<std::size_t>(which)].done();
    runs_[waiting_[static_cast<std::size_t>(which)].key()].is_done = true;
    waiting_.erase(waiting_.begin() + which);
  }

  /// Returns what is wrong in the end, once no message waits, and each timer was due.
  [[nodiscard]] std::string what_is_missing() const {
    if (!journal_ || has_lost_)
      return {};
    std::map<version, std::size_t> run;
    for (const auto& [key, one] : runs_) {
      ++run[key.version];
      if (!one.is_done && one.life != life_)
        return "an effect of version " + std::to_string(key.version) +
               " is not done, and was not run again";
    }
    std::uint64_t fired = 0;
    for (version each = 1; each <= data_.last(); ++each) {
      if (run[each] < data_.effects_of(each).size())
        return "an effect of version " + std::to_string(each) + " was not run";
      const bool by_server = data_.author_of(each) == client_id::server;
      fired += by_server && !data_.operations_of(each).empty() ? 1 : 0;
    }
    if (!counts_timers_ ||
        (fired + timers_refused_ >= timers_ && fired <= timers_ + timers_unsure_))
      return {};
    return std::to_string(timers_) + " timers were set, but " + std::to_string(fired) +
           " have fired and " + std::to_string(timers_refused_) + " were refused";
  }

private:
  struct effect_run {
    std::uint64_t life = 0; // the last in which it was run
    bool is_done = false;
  };

  void break_promise(std::string what) {
    if (broken_.empty())
      broken_ = std::move(what);
  }

  // A process begins, or takes back what could not be written.
  void load(const stored_state<Data>& state) {
    begin_life(); // what is not done is handed over again
    if (state.version < data_.last())
      forget_after(state.version);
    if (!data_.is(state.version, digest_of(state.data)))
      break_promise("the journal has other data at version " + std::to_string(state.version) +
                    " than the operations lead to");
  }

  void forget_after(version latest) {
    if (told_ > latest && !may_lose_)
      break_promise("version " + std::to_string(told_) +
                    " is taken back, of which somebody has heard");
    told_ = std::min(told_, latest);
    data_.forget_after(latest);
  }

  effect_state run(const effect_token& token) {
    const auto& key = token.key();
    auto& one = runs_[key];
    if (one.life == life_)
      break_promise("an effect of version " + std::to_string(key.version) +
                    " is run twice in one life");
    if (!is_relaxed() && !disk().waits(key))
      break_promise("an effect of version " + std::to_string(key.version) +
                    " is run before it is written, or although it is done");
    one.life = life_;
    one.is_done = mix(key.version, key.index) % 3 == 0;
    if (one.is_done)
      return effect_state::done;
    waiting_.push_back(token);
    return effect_state::started;
  }

  const std::shared_ptr<simulated_journal<Data>> journal_;
  expected_data<Data>& data_;
  const bool counts_timers_;
  std::string broken_;
  version told_ = 0;
  bool may_lose_ = false;
  bool has_lost_ = false;
  std::uint64_t process_ = 0;
  std::uint64_t life_ = 0;
  std::map<effect_key, effect_run> runs_;
  std::vector<effect_token> waiting_; // which are not done
  std::uint64_t timers_ = 0;
  std::uint64_t timers_unsure_ = 0;
  std::uint64_t timers_refused_ = 0;
};

} // namespace libsync::testing::detail
