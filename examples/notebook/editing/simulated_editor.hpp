#pragma once

/// An editor of the simulation: a replica, its open editors, and the messages on their way.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "notebook/editing/open_editors.hpp"
#include "notebook/model/notebook.hpp"

#include "libsync/libsync.hpp"

namespace notebook_example {

/// The only source of chance.
class dice {
public:
  explicit dice(std::uint64_t seed) : random_(seed) {}
  /// Returns a number below `bound`, which is at least 1.
  std::size_t below(std::size_t bound) { return random_() % bound; }

private:
  std::mt19937_64 random_;
};

struct leaving {};
using to_server =
    std::variant<libsync::join_request, libsync::parcel_ptr<notebook>, libsync::version, leaving>;
using to_editor = std::variant<libsync::welcome_ptr<notebook>, libsync::batch_ptr<notebook>,
                               libsync::reply_ptr, libsync::suspended>;

/// The connection to the server. Breaks are noticed by both sides.
struct link {
  std::deque<to_server> up;
  std::deque<to_editor> down;
};

class simulated_editor {
public:
  simulated_editor(id name, const libsync::limits& bounds)
      : name_(std::move(name)), replica_(bounds),
        editors_(name_, [this](operation op) { waiting_.push_back(std::move(op)); }) {}
  simulated_editor(const simulated_editor&) = delete;
  simulated_editor& operator=(const simulated_editor&) = delete;

  link& messages() noexcept { return link_; }
  [[nodiscard]] const libsync::replica<notebook>& copy() const noexcept { return replica_; }
  [[nodiscard]] const open_editors& editors() const noexcept { return editors_; }
  [[nodiscard]] std::uint64_t snapshots() const noexcept { return snapshots_; }

  /// Connects, for the first time or again; what was on its way is lost.
  void connect();

  /// Handles the next message from the server.
  void receive();

  /// Does one thing by chance, if it has joined; returns whether it did. Makes ids with `fresh`.
  bool act(dice& by, std::uint64_t& fresh);

  /// Tells the server what was seen.
  void report();

  /// Whether nothing of this editor is on its way.
  [[nodiscard]] bool quiet() const {
    return editors_.quiet() && replica_.undecided() == 0 && link_.up.empty() && link_.down.empty();
  }

  // -- the sink of the replica --------------------------------------------------------------------

  void send(const libsync::join_request& request) { link_.up.emplace_back(request); }
  void send(const libsync::parcel_ptr<notebook>& parcel) { link_.up.emplace_back(parcel); }
  void send_leave() { link_.up.emplace_back(leaving{}); }
  void send_acknowledgement(libsync::version version) { link_.up.emplace_back(version); }
  void accepted(libsync::submission_number first, std::size_t count, libsync::version) {
    for (std::size_t i = 0; i < count; ++i)
      decided(first + i, libsync::in_flight::accepted);
  }
  void settled(libsync::submission_number number, const libsync::receipt& what) {
    decided(number, what.is_accepted() ? libsync::in_flight::accepted : libsync::in_flight::lost);
  }
  [[nodiscard]] bool observes() const { return true; }
  void changed(const libsync::change<notebook>& what);
  void diverged(libsync::version version, const operation&, const libsync::reason& why) {
    broken_ += name_ + " diverged at version " + std::to_string(version) + ": " + why + "; ";
  }

  /// What has happened that must not.
  [[nodiscard]] const std::string& broken() const noexcept { return broken_; }

private:
  void decided(libsync::submission_number number, libsync::in_flight fate);
  void settle_editors();
  void submit_waiting();
  bool go_somewhere(dice& by);
  bool write(dice& by);
  operation rearrange(dice& by, std::uint64_t& fresh) const;

  id name_;
  libsync::replica<notebook> replica_;
  open_editors editors_;
  link link_;
  // The editors speak while the replica does; what they say is submitted after that.
  std::vector<operation> waiting_;
  // The cell of each delta without a receipt.
  std::map<libsync::submission_number, id> sent_;
  std::map<id, libsync::in_flight> fates_;
  bool took_snapshot_ = false;
  std::uint64_t snapshots_ = 0;
  bool joining_ = false;
  id here_;
  std::uint64_t cursor_ = 0;
  std::string broken_;
};

} // namespace notebook_example
