#include "libsync/actors/peer.hpp"

#include <cstddef>
#include <memory>
#include <utility>

#include "libsync/actors/detail/peer/any_peer.hpp"
#include "libsync/actors/handles.hpp"
#include "on_caf/compat.hpp"
#include "on_caf/spawned.hpp"

namespace libsync::detail {

/// The peer actor. It holds its neighbours weakly and forgets the dead.
class peer_shell final : public peer_actor::base, private peer_outlet {
public:
  using base = peer_actor::base;
  using behavior_type = peer_actor::behavior_type;

  peer_shell(caf::actor_config& config, std::unique_ptr<any_peer> of)
      : base(config), peer_(std::move(of)) {}

  const char* name() const override { return "libsync.peer"; }

  behavior_type make_behavior() override {
    compat::end_with_exceptions(this);
    compat::on_down(this, [this](caf::down_msg& down) { part(down.source); });
    return {
        [this](box_atom, const envelope& box) { receive(box); },
        [this](merged_atom) { peer_->acknowledged(sender(), *this); },
        [this](share_atom) {
          share_asked_ = false;
          peer_->share(*this);
        },
        [this](change_atom, const envelope& what) { return peer_->change(what, *this); },
        [this](meet_atom, const caf::actor_addr& whom) { meet(whom); },
        [this](part_atom, const caf::actor_addr& whom) { part(whom); },
        [this](read_atom) { return peer_->read(); },
        [this](accept_atom) { return enclose(peer_->accept_loss(*this)); },
        [this](status_atom) { return peer_->status(); },
    };
  }

  void on_exit() override { watches_.clear(); }

private:
  static constexpr std::size_t most_retries = 3;

  void send(const actor_address& to, const envelope& box) override {
    compat::send(this, compat::hold(to).get(), box_atom_v, box);
  }
  void acknowledge(const actor_address& to) override {
    compat::send(this, compat::hold(to).get(), merged_atom_v);
  }
  void share_later() override {
    if (share_asked_)
      return;
    compat::send_to_itself(this, share_atom_v);
    share_asked_ = true;
  }

  [[nodiscard]] actor_address sender() { return actor_address{this->current_sender().get()}; }

  void meet(const caf::actor_addr& whom) {
    if (!whom || whom == this->address())
      return;
    watches_.add(whom);
    peer_->meet(compat::address_of(whom), *this);
  }

  void part(const caf::actor_addr& whom) {
    watches_.remove(whom);
    peer_->part(compat::address_of(whom));
  }

  void receive(const envelope& box) {
    if (!peer_->suits_box(box))
      return compat::drop(this, "a box of other data");
    const bool whole = peer_->receive(sender(), box, *this);
    retries_ = whole ? 0 : retries_ + 1;
    if (whole)
      return;
    // The neighbour waits to hear that its box was merged. It begins anew, with the whole box; or
    // goes on, if that is no use.
    auto* to = this->current_sender().get();
    if (retries_ <= most_retries)
      compat::send(this, to, meet_atom_v, this->address());
    else
      compat::send(this, to, merged_atom_v);
  }

  std::unique_ptr<any_peer> peer_;
  compat::watches watches_{this}; // its neighbours
  bool share_asked_ = false;
  // How many boxes in a row could not be merged for want of memory.
  std::size_t retries_ = 0;
};

actor_ref spawn_peer(caf::actor_system& system, std::unique_ptr<any_peer> of) {
  return compat::spawned<peer_shell>(system, std::move(of));
}

} // namespace libsync::detail
