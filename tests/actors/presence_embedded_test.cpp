#include <algorithm>
#include <optional>
#include <utility>

#include "libsync/actors/embedded_client.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/actors/testing/runtime.hpp"
#include "support/caf.hpp"
#include "support/catch.hpp"
#include "support/whiteboard.hpp"

using namespace whiteboard;

namespace {

enum class end { never, in_its_call, by_leaving };

struct notes {
  cursors seen;
  bool is_known = false;
};

// An actor of a user's that shows a cursor of its own.
class pointing : public caf::event_based_actor {
public:
  pointing(caf::actor_config& config, const libsync::server<board>& server, notes& to, end how)
      : caf::event_based_actor(config), client_(std::in_place, this, server), notes_(to),
        how_(how) {}

  caf::behavior make_behavior() override {
    client_->join();
    client_->present({7, 7});
    watching_ = client_->watch_presence([this](const libsync::presences<board>& all) {
      notes_.seen.clear();
      for (const auto& one : all)
        notes_.seen.push_back(*one.value);
      std::ranges::sort(notes_.seen);
      notes_.is_known = all.is_known();
      if (all.size() == 2 && how_ == end::in_its_call)
        client_.reset();
      else if (all.size() == 2 && how_ == end::by_leaving)
        client_->leave();
    });
    return client_->behavior();
  }

private:
  std::optional<libsync::embedded_client<board>> client_;
  notes& notes_;
  const end how_;
  libsync::watcher watching_;
};

} // namespace

TEST_CASE("an embedded client shows and sees, and may end within its watcher", "[presence]") {
  for (const auto how : {end::never, end::in_its_call, end::by_leaving}) {
    libsync::testing::runtime at;
    auto server = libsync::spawn_server(at, board{});
    libsync::session ada{server};
    ada.present({1, 1});
    settle(at);
    notes told;
    const auto actor = at.system().spawn<pointing>(server, told, how);
    settle(at);
    const cursors both{{1, 1}, {7, 7}};
    CHECK(shown_to(ada) == (how == end::never ? both : cursors{{1, 1}}));
    CHECK(told.seen == (how == end::never ? both : cursors{}));
    CHECK(told.is_known == (how == end::never));
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    settle(at);
    CHECK(shown_to(ada) == cursors{{1, 1}});
  }
}
