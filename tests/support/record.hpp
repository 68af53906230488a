#pragma once

/// Sinks that record what a sequencer or a replica hands out, as texts and values.

#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/replica.hpp"
#include "libsync/sequencer.hpp"
#include "libsync/snapshot.hpp"

/// Records what a sequencer sends, by route.
template <class Data>
struct server_record {
  using message = std::variant<libsync::welcome_ptr<Data>, libsync::batch_ptr<Data>,
                               libsync::reply_ptr, libsync::suspended, libsync::snapshot<Data>>;
  using operation = typename Data::operation;

  template <class Message>
  void send(int route, const Message& what) {
    sent.emplace_back(route, message{what});
  }
  void ask_for_flush() { ++flushes_asked; }
  bool run(const libsync::effect_key& key, const typename libsync::effects<Data>::effect& what) {
    effects.emplace_back(key.version, what);
    effect_keys.push_back(key);
    effect_after = sent.size();
    return effects_are_done;
  }
  [[nodiscard]] bool observes() const { return true; }
  void changed(const libsync::change<Data>& what) { changed_at.push_back(what.version); }
  void refused(libsync::client_id, libsync::submission_number, std::span<const operation>,
               const std::string& why) {
    refusals.push_back(why);
  }
  void violated(libsync::version version, const operation&, const libsync::reason& why) {
    violations.emplace_back(version, why);
  }

  /// Returns all messages of one type to one route, in order.
  template <class Message>
  std::vector<Message> all(int route) const {
    std::vector<Message> found;
    for (const auto& [to, what] : sent)
      if (const auto* one = std::get_if<Message>(&what); one != nullptr && to == route)
        found.push_back(*one);
    return found;
  }
  auto welcomes(int route) const { return all<libsync::welcome_ptr<Data>>(route); }
  auto batches(int route) const { return all<libsync::batch_ptr<Data>>(route); }
  auto answers(int route) const { return all<libsync::reply_ptr>(route); }
  auto snapshots(int route) const { return all<libsync::snapshot<Data>>(route); }

  std::vector<std::pair<int, message>> sent;
  int flushes_asked = 0;
  std::vector<std::pair<libsync::version, typename libsync::effects<Data>::effect>> effects;
  std::vector<libsync::effect_key> effect_keys;
  std::size_t effect_after = 0;
  bool effects_are_done = true;
  std::vector<libsync::version> changed_at;
  std::vector<std::string> refusals;
  std::vector<std::pair<libsync::version, std::string>> violations;
};

/// Records what a replica sends and tells.
template <class Data>
struct client_record {
  using operation = typename Data::operation;

  void send(const libsync::join_request& request) { joins.push_back(request); }
  void send(const libsync::parcel_ptr<Data>& parcel) { parcels.push_back(parcel); }
  void send_leave() { ++leaves; }
  void send_acknowledgement(libsync::version version) { reached.push_back(version); }
  void accepted(libsync::submission_number first, std::size_t count, libsync::version version) {
    for (std::size_t i = 0; i < count; ++i)
      receipts.emplace_back(first + i, libsync::receipt::accepted(version + i));
  }
  void settled(libsync::submission_number number, const libsync::receipt& what) {
    receipts.emplace_back(number, what);
  }
  [[nodiscard]] bool observes() const { return observing; }
  void changed(const libsync::change<Data>& what) {
    changes.emplace_back(what.version, what.by);
    seen.push_back(what.data);
  }
  void changed(const libsync::snapshot<Data>& what) { shown.push_back(what.version); }
  void diverged(libsync::version version, const operation&, const libsync::reason& why) {
    divergences.emplace_back(version, why);
  }

  bool observing = false;
  std::vector<libsync::join_request> joins;
  std::vector<libsync::parcel_ptr<Data>> parcels;
  int leaves = 0;
  std::vector<libsync::version> reached;
  std::vector<std::pair<libsync::submission_number, libsync::receipt>> receipts;
  std::vector<std::pair<libsync::version, libsync::client_id>> changes;
  std::vector<Data> seen;
  std::vector<libsync::version> shown;
  std::vector<std::pair<libsync::version, std::string>> divergences;
};
