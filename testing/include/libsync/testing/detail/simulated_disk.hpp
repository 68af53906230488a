#pragma once

/// A disk that outlives simulated servers, fails now and then, and knows what is on it.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "libsync/effects.hpp"
#include "libsync/ids.hpp"
#include "libsync/size_of.hpp"
#include "libsync/storage_error.hpp"
#include "libsync/stored_state.hpp"

namespace libsync::testing::detail {

/// The place of a journal. One process at a time has it; what one does that has ended is void.
template <class Data>
class simulated_disk : public std::enable_shared_from_this<simulated_disk<Data>> {
public:
  using opener = std::function<std::unique_ptr<any_journal<Data>>()>;

  simulated_disk(durability level, opener open) : level_(level), open_(std::move(open)) {}

  // What a simulation does with it.

  /// The process has ended. A record that is not written yet never will be.
  void cut() noexcept {
    if (const auto handle = std::exchange(handle_, nullptr))
      handle->inner.reset();
  }

  /// Some of the next calls fail, until `heal`. Not all: while a disk cannot be read, whoever asks
  /// its server waits.
  void fail(std::uint64_t seed) noexcept {
    how_ = static_cast<failing>(seed % 3);
    good_ = seed / 3 % 3;
    bad_ = seed / 9 % 4 == 0 ? 30 : 1 + seed / 36 % 4;
  }
  void heal() noexcept { bad_ = 0; }

  /// One more epoch has a reason.
  void expect_epoch() noexcept { ++epochs_; }
  /// Is called with what each process reads.
  void on_loaded(std::function<void(const stored_state<Data>&)> look) { look_ = std::move(look); }

  // What is known of it.

  [[nodiscard]] durability level() const noexcept { return level_; }
  /// The newest version that is written, of the epoch.
  [[nodiscard]] version written() const noexcept { return facts_ ? facts_->latest : 0; }
  /// Whether an effect was asked for in what is written, and is not noted as done there.
  [[nodiscard]] bool waits(const effect_key& key) const {
    return facts_ && facts_->effects.contains(key);
  }
  /// Whether the process has ended as it should.
  [[nodiscard]] bool is_closed() const noexcept { return closed_; }
  /// What a process has done wrong; empty if nothing.
  [[nodiscard]] const std::string& broken() const noexcept { return broken_; }

  // What servers do with it.

  [[nodiscard]] std::unique_ptr<any_journal<Data>> open() {
    cut();
    auto made = std::make_unique<handle>(this->shared_from_this(), open_());
    handle_ = made.get();
    closed_ = false;
    return made;
  }

private:
  enum class failing : std::uint8_t { writes_nothing, may_have_written, has_written };

  struct facts {
    epoch_id epoch{};
    version latest = 0;
    std::map<client_id, submission_number> clients;
    std::map<std::uint64_t, std::string> timers;
    std::set<effect_key> effects;
  };

  struct handle final : any_journal<Data> {
    handle(std::shared_ptr<simulated_disk> at, std::unique_ptr<any_journal<Data>> opened)
        : disk(std::move(at)), inner(std::move(opened)) {}
    ~handle() override {
      if (disk->handle_ == this)
        disk->handle_ = nullptr;
    }

    std::optional<stored_state<Data>> load(amount newest) override {
      if (!inner)
        throw storage_error{storage_failure::io, "the disk: its process has ended"};
      if (disk->is_to_fail())
        throw storage_error{storage_failure::io, "the disk: it cannot be read"};
      auto found = inner->load(newest);
      disk->check(found);
      return found;
    }
    void write(const journal_record<Data>& what) override {
      if (!inner)
        throw storage_error{storage_failure::io, "the disk: its process has ended"};
      if (!disk->is_to_fail())
        return keep(what);
      if (disk->how_ == failing::has_written)
        keep(what);
      throw storage_error{storage_failure::full, "the disk: it is full",
                          disk->how_ == failing::writes_nothing};
    }
    bool wants_data() const noexcept override { return inner && inner->wants_data(); }
    void close() override {
      if (!inner)
        return;
      inner->close();
      disk->closed_ = true;
    }

    void keep(const journal_record<Data>& what) {
      inner->write(what);
      disk->note(what);
    }

    std::shared_ptr<simulated_disk> disk;
    std::unique_ptr<any_journal<Data>> inner; // null once its process has ended
  };

  bool is_to_fail() noexcept {
    if (bad_ == 0 || (good_ != 0 && good_-- != 0))
      return false;
    --bad_;
    return true;
  }

  void break_promise(std::string what) {
    if (broken_.empty())
      broken_ = std::move(what);
  }

  void note(const journal_record<Data>& what) {
    const bool is_another = what.begins_epoch && facts_ && facts_->epoch != what.epoch;
    if (is_another && epochs_-- == 0)
      break_promise("an epoch begins with version " + std::to_string(what.version) +
                    ", and nothing has ended the one before");
    if (!facts_)
      facts_.emplace();
    if (what.data)
      *facts_ = {};
    facts_->epoch = what.epoch;
    facts_->latest = what.version;
    for (const auto& [id, one] : what.clients)
      facts_->clients.insert_or_assign(id, one.next);
    for (const auto& [number, one] : what.timers)
      if (one)
        facts_->timers.insert_or_assign(number, one->name);
      else
        facts_->timers.erase(number);
    for (const auto& [key, one] : what.effects)
      if (one)
        facts_->effects.insert(key);
      else
        facts_->effects.erase(key);
  }

  void check(const std::optional<stored_state<Data>>& found) {
    if (found.has_value() != facts_.has_value())
      return break_promise("a journal is read that is not there, or not read although it is");
    if (!found)
      return;
    if (found->epoch != facts_->epoch || found->version != facts_->latest)
      return break_promise("the journal is read at version " + std::to_string(found->version) +
                           ", but version " + std::to_string(facts_->latest) + " is written");
    for (const auto& [id, next] : facts_->clients)
      if (const auto one = found->clients.find(id);
          one == found->clients.end() || one->second.next != next)
        break_promise("client id " + std::to_string(static_cast<std::uint64_t>(id)) +
                      " is read with another number than it was written with");
    for (const auto& [number, name] : facts_->timers)
      if (const auto one = found->timers.find(number);
          one == found->timers.end() || one->second.name != name)
        break_promise("the timer " + name + " is written, and not read");
    if (found->timers.size() != facts_->timers.size())
      break_promise("a timer is read that is not there any more");
    for (const auto& key : facts_->effects)
      if (!found->effects.contains(key))
        break_promise("an effect of version " + std::to_string(key.version) +
                      " is written, and not read");
    if (found->effects.size() != facts_->effects.size())
      break_promise("an effect is read that is done");
    if (look_)
      look_(*found);
  }

  const durability level_;
  opener open_;
  handle* handle_ = nullptr; // of the process that runs
  std::optional<facts> facts_;
  std::function<void(const stored_state<Data>&)> look_;
  std::string broken_;
  failing how_{};
  std::uint64_t good_ = 0;   // calls before the first that fails
  std::uint64_t bad_ = 0;    // those that fail then
  std::uint64_t epochs_ = 0; // that have a reason, and have not begun
  bool closed_ = false;
};

} // namespace libsync::testing::detail
