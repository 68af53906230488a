#pragma once

/// What of a server outlives its process, and the journals that keep it.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libsync/effects.hpp"
#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/size_of.hpp"
#include "libsync/timers.hpp"

namespace libsync {

/// When a server may tell others what it has decided.
enum class durability {
  /// Once it is written down, so that it outlives the process and the machine. Nothing of which
  /// anybody has heard is ever lost.
  synced,
  /// At once. If the machine fails, the last moments may be lost: never the order, and never
  /// something in between.
  relaxed,
};

/// What a server remembers of a client, so that each submission is decided once.
template <class Data>
struct stored_client {
  /// The number of the next submission that is not decided.
  submission_number next = 1;
  /// The reply to the last parcel, which names the client.
  reply last;
  [[no_unique_address]] identity_ptr<Data> identity = {};
};

/// All that a server is, at one version.
template <class Data>
struct stored_state {
  explicit stored_state(Data at_version) : data(std::move(at_version)) {}

  epoch_id epoch{};
  libsync::version version = 0;
  Data data;
  /// The newest accepted submissions, which lead to that version.
  std::vector<batch_ptr<Data>> newest;
  std::map<client_id, stored_client<Data>> clients;
  /// No client was given a greater id.
  std::uint64_t last_client = 0;
  /// How many operations the server has submitted itself.
  submission_number own = 0;
  latest_submitter latest;
  /// By the order in which they were set.
  std::map<std::uint64_t, stored_timer<Data>> timers;
  /// Those that are not done.
  std::map<effect_key, typename effects<Data>::effect> effects;
  /// Others may know later versions, which were lost. So the epoch must not go on.
  bool may_lack_versions = false;
};

/// What has changed since the record before. A journal writes a record wholly or not at all.
template <class Data>
struct journal_record {
  epoch_id epoch{};
  libsync::version version = 0;
  /// The accepted submissions, in order; together they lead to `version`.
  std::vector<batch_ptr<Data>> batches;
  /// Those that are new, or have changed.
  std::map<client_id, stored_client<Data>> clients;
  /// Those among them that were told before, and are only told again since there are data.
  std::set<client_id> told_again;
  submission_number own = 0;
  latest_submitter latest;
  /// Those that were set, and, without a value, those that are gone.
  std::map<std::uint64_t, std::optional<stored_timer<Data>>> timers;
  /// Those that were asked for, and, without a value, those that are done.
  std::map<effect_key, std::optional<typename effects<Data>::effect>> effects;
  /// If there are data, these are the data of `version`: what the journal has before them is not
  /// needed to go on. Clients, timers and effects are all that there are then.
  std::shared_ptr<const Data> data;
  /// The epoch begins with this record, and what came before it is void.
  bool begins_epoch = false;
};

/// Keeps the records of one server. One thread at a time.
template <class Data>
class any_journal {
public:
  any_journal() = default;
  any_journal(const any_journal&) = delete;
  any_journal& operator=(const any_journal&) = delete;
  virtual ~any_journal() = default;

  /// Reads all that was written; nothing if nothing was. Keeps at most `newest` of the accepted
  /// submissions. It may be called again. Throws storage_error.
  [[nodiscard]] virtual std::optional<stored_state<Data>> load(amount newest) = 0;

  /// What was dropped when the journal was opened, because it was not whole: a sentence that names
  /// the place; empty if nothing was.
  [[nodiscard]] virtual std::string dropped() const { return {}; }

  /// Writes a record. Throws storage_error, and then has written nothing of it, or nobody knows:
  /// the error says which. Then the same record may be written again.
  virtual void write(const journal_record<Data>& what) = 0;

  /// Whether the next record should have the data, so that less is to be read when a server starts.
  [[nodiscard]] virtual bool wants_data() const noexcept = 0;

  /// All records are written, and there will be no more: the next server goes on with the epoch, at
  /// any level. Throws storage_error.
  virtual void close() = 0;
};

} // namespace libsync
