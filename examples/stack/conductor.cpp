#include "conductor.hpp"

#include <cstddef>
#include <deque>
#include <iostream>
#include <map>
#include <sstream>
#include <utility>

#include "libsync/caf.hpp"
#include "libsync/undo.hpp"

namespace stack_example {
namespace {

using libsync::receipt;
using libsync::snapshot;
using libsync::version;

class conductor final : public caf::event_based_actor {
public:
  conductor(caf::actor_config& config, libsync::server<stack> server, bool quiet)
      : caf::event_based_actor(config), server_(std::move(server)), quiet_(quiet) {}

  caf::behavior make_behavior() override {
    return {
        [this](libsync::submit_atom, const libsync::envelope& commands) {
          commands_ = commands.share<std::vector<command>>();
          next_ = 0;
          done_ = make_response_promise();
          go_on();
          return done_;
        },
        [this](libsync::close_atom) {
          done_ = make_response_promise();
          finish();
          return done_;
        },
    };
  }

private:
  struct member {
    libsync::client<stack, libsync::optimistic> handle;
    bool joined = false;
  };

  void go_on() {
    while (next_ != commands_->size()) {
      const auto& command = (*commands_)[next_];
      auto& actor = clients_[command.client];
      const auto* op = std::get_if<stack::operation>(&command.what);
      const auto* back = request_of(command);
      if (!may_follow(command.client, op != nullptr && actor.joined))
        return;
      latest_ = &actor;
      latest_name_ = command.client;
      if ((op == nullptr && back == nullptr) || actor.joined)
        ++next_; // else this command comes again once its client has joined
      if (std::holds_alternative<leaves>(command.what))
        return leave_server(command.client, actor);
      if (!actor.joined)
        return join_server(command.client, actor);
      if (op != nullptr)
        submit(command.client, actor, *op, libsync::enclose(libsync::submission<stack>{*op}));
      else if (back != nullptr)
        submit(command.client, actor, *back, libsync::enclose(*back));
      else
        event(new_event(), command.client, " is a member");
    }
    if (undecided_ == 0)
      done_.deliver(caf::unit);
  }

  static const libsync::undo_request* request_of(const command& one) {
    static constexpr auto undo = libsync::undo_request::undo;
    static constexpr auto redo = libsync::undo_request::redo;
    return std::holds_alternative<undoes>(one.what)   ? &undo
           : std::holds_alternative<redoes>(one.what) ? &redo
                                                      : nullptr;
  }

  // Joining, leaving and undoing wait until all before them is decided. One client's submissions
  // keep their order by themselves. Another client's may follow once those have been sent, because
  // the server takes what it is sent in that order.
  bool may_follow(const std::string& client, bool submits) {
    if (undecided_ == 0)
      return true;
    if (!submits || undecided_ == most_undecided)
      return false;
    if (client == latest_name_ || latest_is_sent_)
      return true;
    if (!std::exchange(asking_, true))
      request(libsync::to_caf(latest_->handle), caf::infinite, libsync::status_atom_v)
          .then(
              [this, about = submitted_](const libsync::envelope& status) {
                asking_ = false;
                // What was submitted since it was asked, it says nothing of.
                latest_is_sent_ =
                    about == submitted_ && status.as<libsync::client_status>().waiting == 0;
                if (latest_is_sent_ || about != submitted_)
                  go_on();
              },
              [this](caf::error&) { lost(); });
    return false;
  }

  void join_server(const std::string& name, member& who) {
    ++undecided_;
    if (!who.handle)
      who.handle = libsync::spawn_client<libsync::optimistic>(
          server_, {.undo = libsync::undo_limits{.steps = 1000}});
    request(libsync::to_caf(who.handle), caf::infinite, libsync::join_atom_v)
        .then(
            [this, &name, &who](libsync::version version) {
              who.joined = true;
              event(new_event(), "version ", version, ": ", name, " joined");
              decided();
            },
            [this](caf::error&) { lost(); });
  }

  void leave_server(const std::string& name, member& who) {
    if (!who.joined) {
      event(new_event(), name, " is no member");
      return go_on();
    }
    ++undecided_;
    request(libsync::to_caf(who.handle), caf::infinite, libsync::leave_atom_v)
        .then(
            [this, &name, &who](libsync::version version) {
              who.joined = false;
              event(new_event(), "version ", version, ": ", name, " left");
              decided();
            },
            [this](caf::error&) { lost(); });
  }

  // `what` lives until it is decided.
  template <class What>
  void submit(const std::string& name, member& who, const What& what, libsync::envelope content) {
    ++undecided_;
    ++submitted_;
    latest_is_sent_ = false;
    request(libsync::to_caf(who.handle), caf::infinite, libsync::submit_atom_v, std::move(content))
        .then(
            [this, at = new_event(), &name, &what](const libsync::envelope& told) {
              const auto& answer = told.as<receipt>();
              if (answer.is_accepted())
                event(at, "version ", answer.version, ": ", name, ' ', what);
              else
                event(at, name, ' ', what, " was ", answer);
              decided();
            },
            [this](caf::error&) { lost(); });
  }

  void decided() {
    --undecided_;
    go_on();
  }

  void lost() {
    done_.deliver(caf::make_error(caf::sec::request_receiver_down));
    quit();
  }

  // The server has sent everything before it answers this, so each client has it before it answers.
  void finish() {
    request(libsync::to_caf(server_), caf::infinite, libsync::read_atom_v)
        .then(
            [this](const libsync::envelope& what) {
              const auto& truth = what.as<snapshot<stack>>();
              summary_.server = truth.version;
              summary_.data = truth.data;
              ask_next(clients_.begin());
            },
            [this](caf::error&) { lost(); });
  }

  void ask_next(std::map<std::string, member>::iterator from) {
    while (from != clients_.end() && !from->second.joined)
      ++from;
    if (from == clients_.end()) {
      done_.deliver(libsync::enclose(std::move(summary_)));
      return quit();
    }
    request(libsync::to_caf(from->second.handle), caf::infinite, libsync::read_atom_v)
        .then(
            [this, from](const libsync::envelope& what) {
              const auto& copy = what.as<snapshot<stack>>();
              summary_.members.emplace_back(from->first, copy.version);
              summary_.agree =
                  summary_.agree && copy.version == summary_.server && *copy.data == *summary_.data;
              ask_next(std::next(from));
            },
            [this](caf::error&) { lost(); });
  }

  // Events are printed in the order of their lines, whichever is decided first.
  std::size_t new_event() {
    if (!quiet_)
      events_.emplace_back();
    return printed_ + events_.size() - 1;
  }

  template <class... Parts>
  void event(std::size_t at, const Parts&... parts) {
    if (quiet_)
      return;
    std::ostringstream text;
    (text << ... << parts) << '\n';
    events_[at - printed_] = text.str();
    for (; !events_.empty() && !events_.front().empty(); ++printed_, events_.pop_front())
      std::cout << events_.front();
  }

  static constexpr std::size_t most_undecided = 4096;

  libsync::server<stack> server_;
  bool quiet_;
  std::map<std::string, member> clients_;
  std::shared_ptr<const std::vector<command>> commands_;
  std::size_t next_ = 0;
  std::size_t undecided_ = 0;
  member* latest_ = nullptr;
  std::string latest_name_;
  std::size_t submitted_ = 0;
  bool latest_is_sent_ = false;
  bool asking_ = false;
  std::deque<std::string> events_;
  std::size_t printed_ = 0;
  caf::response_promise done_;
  summary summary_;
};

} // namespace

caf::actor spawn_conductor(caf::actor_system& system, const libsync::server<stack>& server,
                           bool quiet) {
  return system.spawn<conductor>(server, quiet);
}

} // namespace stack_example
