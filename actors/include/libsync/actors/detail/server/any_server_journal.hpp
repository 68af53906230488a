#pragma once

/// A server's side of its journal, as the server sees it.

#include <cstdint>
#include <functional>
#include <vector>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/server/any_server.hpp"

#include "libsync/effects.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/reason.hpp"
#include "libsync/sequencer.hpp"

namespace libsync::detail {

/// Writes down what a sequencer decides, and holds back what is said about it. Servers without a
/// journal include this alone.
template <class Data>
class any_server_journal {
public:
  using order = sequencer<Data, actor_address>;

  /// What a server begins with.
  enum class beginning { anew, where_it_ended, in_another_epoch };

  /// Somebody who has joined, and was not told.
  struct unheard_join {
    actor_address by;
    join_request request;
  };

  any_server_journal() = default;
  any_server_journal(const any_server_journal&) = delete;
  any_server_journal& operator=(const any_server_journal&) = delete;
  virtual ~any_server_journal() = default;

  /// Lets a sequencer that has decided nothing go on from what is stored, or writes down what it
  /// begins with. Throws storage_error.
  virtual beginning begin(order& it) = 0;

  /// From now on the actor at this address serves.
  virtual void serve(const actor_address& by) noexcept = 0;

  /// What is said here waits for what was decided before.
  [[nodiscard]] virtual server_outlet& outlet() noexcept = 0;

  /// The next record shall tell of these.
  virtual void note(const batch_ptr<Data>& sent) = 0;
  virtual void note(client_id joined) = 0;
  virtual void note_done(const effect_key& key) = 0;

  /// Whether an effect must wait, which `run` of `settle` then hands over.
  [[nodiscard]] virtual bool holds(const effect_key& key) = 0;

  /// Ends each call of the server's: lets out what is written, and gives the next record to the
  /// journal.
  virtual void settle(order& it, server_outlet& out,
                      const std::function<void(const effect_key&)>& run) = 0;

  /// Hears what became of a record. If decisions are taken back, whoever waits for an answer gets
  /// none from `out`, the outlet of the server's actor, and those are returned who must join again,
  /// because nobody has told them of what they have joined.
  [[nodiscard]] virtual std::vector<unheard_join> hear(order& it, timestamp now,
                                                       server_outlet& out) = 0;

  /// Why nothing may be submitted now; empty if it may.
  [[nodiscard]] virtual const reason& why_closed() const noexcept = 0;
  /// What was dropped when it was opened; empty if nothing was.
  [[nodiscard]] virtual const reason& dropped() const noexcept = 0;
  /// When `retry` is to be called, while nothing may be submitted.
  [[nodiscard]] virtual timestamp retry_time() const noexcept = 0;
  /// Tries again what has failed, if it is time.
  virtual void retry(order& it, timestamp now) = 0;
};

} // namespace libsync::detail
