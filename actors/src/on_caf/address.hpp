#pragma once

/// Reaching and watching actors that may be gone. An address outlives its actor, and much of CAF
/// does not look whether it has: what is done by address is done by this header.

#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <type_traits>
#include <unordered_set>
#include <utility>

#include "on_caf/caf.hpp"

#include <caf/all.hpp>

namespace libsync::detail::compat {

/// The actor at an address, held for as long as the result lives; null if it is gone. An address
/// outlives its actor, so this is the only way from one to the other.
[[nodiscard]] inline caf::strong_actor_ptr hold(const caf::actor_addr& address) {
  return caf::actor_cast<caf::strong_actor_ptr>(address);
}

/// Sends with `from` as the sender, which must be reachable; to nobody if `to` is null.
template <class... Parts>
void send(caf::local_actor* from, caf::actor_control_block* to, Parts&&... parts) {
  if (to != nullptr)
    to->enqueue(mail(caf::strong_actor_ptr{from->ctrl()}, caf::make_message_id(),
                     std::forward<Parts>(parts)...),
                from->context());
}

/// A message that is ready to be sent: what may fail for want of memory has been done.
using letter = caf::mailbox_element_ptr;

/// Writes a letter in the name of `from`, or of nobody if that is null.
template <class... Parts>
letter write_letter(caf::strong_actor_ptr from, Parts&&... parts) {
  return mail(std::move(from), caf::make_message_id(), std::forward<Parts>(parts)...);
}

/// Puts a letter into an actor's mailbox, from outside of any actor. It never fails: if there is no
/// memory to let the actor run, the letter lies there already, and without another try the actor
/// would never run again; so it tries until there is. The caller keeps the actor.
inline void deliver(caf::actor_control_block* to, letter what) noexcept {
  auto* receiver = to->get();
  try {
    receiver->enqueue(std::move(what), nullptr);
    return;
  } catch (...) { // it is in the mailbox, and counted as about to run
  }
  auto* job = dynamic_cast<caf::scheduled_actor*>(receiver);
  while (job != nullptr)
    try {
      schedule(receiver->home_system(), job);
      return;
    } catch (...) {
      std::this_thread::yield();
    }
}

/// Sends without naming a sender: it costs no reference count of the sender, and it is possible
/// while an actor is being destroyed. `to` may be null.
inline void send_anonymously(const caf::strong_actor_ptr& to, caf::message what, runner* context) {
  if (to)
    to->enqueue(mail(nullptr, caf::make_message_id(), std::move(what)), context);
}

/// Tells an actor to end.
inline void send_exit(const caf::strong_actor_ptr& whom, caf::exit_reason why) {
  if (whom)
    caf::anon_send_exit(whom, why);
}
/// The same for whoever is at an address.
inline void send_exit(const caf::actor_addr& whom, caf::exit_reason why) {
  send_exit(hold(whom), why);
}

/// Lets `self` hear of the end of whoever is at an address, by a `caf::down_msg`: at once if it has
/// ended or is gone. CAF's own `monitor` takes an address too, but does not look whether there is
/// still an actor behind it. Each call adds a monitor; see `watches`.
inline void monitor(caf::scheduled_actor* self, const caf::actor_addr& whom) {
  if (const auto held = hold(whom))
    begin_to_monitor(self, held);
  else if (whom && is_reachable(self))
    self->enqueue(
        mail(nullptr, caf::make_message_id(), caf::down_msg{whom, caf::exit_reason::unreachable}),
        self->context());
}

/// Takes all of its monitors of whoever is at an address away.
inline void demonitor(caf::scheduled_actor* self, const caf::actor_addr& whom) {
  if (const auto held = hold(whom))
    end_to_monitor(self, held);
}

/// The actors of whose end another one hears. Each is monitored once, however often it is added,
/// and no longer than the one that hears of it lives: a monitor that was left behind would keep the
/// memory of the dead one for as long as the watched actor lives. Clear it in `on_exit`, which may
/// be called long before the actor is destroyed.
class watches {
public:
  explicit watches(caf::scheduled_actor* self) : self_(self) {}

  watches(const watches&) = delete;
  watches& operator=(const watches&) = delete;

  ~watches() { clear(); }

  /// Begins to watch. Throws std::bad_alloc; nothing has happened then.
  void add(const caf::actor_addr& whom) {
    const auto [at, is_new] = watched_.insert(whom);
    if (!is_new)
      return;
    try {
      monitor(self_, whom);
    } catch (...) {
      watched_.erase(at);
      throw;
    }
  }

  /// Watches it no more, or forgets it after its end.
  void remove(const caf::actor_addr& whom) noexcept {
    if (watched_.erase(whom) != 0)
      demonitor(self_, whom);
  }

  void clear() noexcept {
    for (const auto& whom : std::exchange(watched_, {}))
      demonitor(self_, whom);
  }

private:
  caf::scheduled_actor* self_;
  std::unordered_set<caf::actor_addr> watched_;
};

/// Calls `done` once when `self` ends, however it ends, while the object still lives; at once if it
/// has ended. If the watch is destroyed before, also within `done` or while the actor is ending, it
/// leaves nothing in the actor and `done` is not called any more. It may outlive the actor. `done`
/// must not throw. Use it in the actor only, and declare it after what `done` uses.
class [[nodiscard]] end_watch {
public:
  using function = std::function<void(const caf::error&)>;

  end_watch(caf::local_actor* self, function done) : self_(self), done_(std::move(done)) {
    auto hook = std::make_unique<attached>(*this);
    hook_ = hook.get();
    self->attach(std::move(hook));
  }

  end_watch(const end_watch&) = delete;
  end_watch& operator=(const end_watch&) = delete;

  ~end_watch() {
    if (hook_ == nullptr)
      return; // the actor has ended, and may be gone
    // An actor that is just ending has taken the hook out of where it could be found.
    hook_->owner = nullptr;
    self_->detach({token_type, hook_});
  }

private:
  // Above the numbers that CAF itself uses.
  static constexpr std::size_t token_type = 0x1b5c;

  // CAF destroys what is detached under the actor's lock, so the function is not in here.
  struct attached : caf::attachable {
    explicit attached(end_watch& to_be_called) : owner(&to_be_called) {}

    void actor_exited(const caf::error& why, runner*) override {
      if (owner == nullptr)
        return;
      auto& ended = *std::exchange(owner, nullptr);
      ended.hook_ = nullptr;
      const auto done = std::move(ended.done_);
      done(why); // which may destroy the watch
    }

    bool matches(const token& what) override {
      return what.subtype == token_type && what.ptr == this;
    }

    end_watch* owner;
  };

  caf::local_actor* self_;
  function done_;
  attached* hook_ = nullptr;
};

/// The failure of a `deferred_response`, made while there is memory, so that sending it needs none.
class prepared_failure {
public:
  prepared_failure(caf::weak_actor_ptr to, caf::message_id response)
      : to_(std::move(to)),
        what_(mail(nullptr, response, caf::make_error(caf::sec::request_receiver_down))) {}

  /// Sends it, once.
  void send() noexcept {
    if (const auto to = caf::actor_cast<caf::strong_actor_ptr>(to_); to && what_)
      to->enqueue(std::move(what_), nullptr);
  }

private:
  caf::weak_actor_ptr to_;
  caf::mailbox_element_ptr what_;
};

/// A response that is sent later. Unlike a caf::response_promise it keeps neither actor alive, so
/// that a request which is never answered does not keep a system from ending.
template <class T>
class deferred_response {
public:
  explicit deferred_response(caf::local_actor* self)
      : to_(caf::actor_cast<caf::weak_actor_ptr>(self->current_sender())),
        request_(self->current_mailbox_element()->mid) {}

  /// Whether somebody waits for it.
  [[nodiscard]] bool wanted() const { return request_.is_request(); }

  /// Whether who waits for it lives.
  [[nodiscard]] bool is_expected() const {
    return caf::actor_cast<caf::strong_actor_ptr>(to_) != nullptr;
  }

  void deliver(T value) const { send(caf::make_message(std::move(value))); }

  void fail() const { send(caf::make_message(caf::make_error(caf::sec::request_receiver_down))); }

  [[nodiscard]] prepared_failure prepare_to_fail() const { return {to_, request_.response_id()}; }

private:
  void send(caf::message what) const {
    if (auto to = caf::actor_cast<caf::strong_actor_ptr>(to_); to && wanted())
      to->enqueue(mail(nullptr, request_.response_id(), std::move(what)), nullptr);
  }

  caf::weak_actor_ptr to_;
  caf::message_id request_;
};

/// What a handler returns whose response is a `deferred_response`.
template <class T>
using deferred = caf::typed_response_promise<T>;

} // namespace libsync::detail::compat
