#pragma once

/// What a client shows and sees of others, and who watches that.

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "libsync/actors/detail/client/presence_desk.hpp"
#include "libsync/actors/detail/watch/presence_watch.hpp"
#include "libsync/actors/envelope.hpp"

#include "libsync/detail/client/presence_copy.hpp"
#include "libsync/presence.hpp"

namespace libsync::detail {

/// Clients of data without presence do nothing, and have no byte for it.
template <class Data>
class client_presence {
public:
  template <class Replica>
  void notice(const Replica&) noexcept {}
  void end() noexcept {}
  [[nodiscard]] bool take(const envelope&, bool) noexcept { return false; }
  [[nodiscard]] std::size_t thrown() const noexcept { return 0; }
};

/// For use in the client's actor. What others may read lies on the desk.
template <has_presence Data>
class client_presence<Data> {
public:
  using desk = presence_desk<Data>;

  /// The desk that it shares with a session.
  void use(std::shared_ptr<desk> shared) noexcept { desk_ = std::move(shared); }

  /// Shows another value soon; nothing if it is null.
  void show(typename desk::value what) noexcept { desk_->put_here(std::move(what)); }

  [[nodiscard]] presences<Data> seen() const noexcept { return desk_->seen(); }

  /// Begins each message: whoever is no member may become one anew within it.
  template <class Replica>
  void notice(const Replica& of) noexcept {
    if (!of.joined() && copy_.is_member())
      leave();
  }

  void receive(presence_round_ptr<Data> what) noexcept {
    if (copy_.receive(std::move(what)))
      put_on_desk();
  }

  /// Ends each message. Sends what is to be sent now, by `send(update)`. A new value stays on the
  /// desk, where a newer one may replace it, until it can be sent.
  template <class Replica, class Send>
  void follow(const Replica& of, Send send) {
    notice(of);
    if (of.joined() && !copy_.is_member())
      copy_.join(*of.id(), of.epoch());
    if (copy_.is_free())
      if (auto next = desk_->take())
        copy_.show(*std::move(next));
    if (auto told = copy_.take())
      send(*std::move(told));
  }

  /// Tells those who watch, last of all: one of them may destroy this.
  void tell() noexcept {
    if (!std::exchange(has_changed_, false))
      return;
    if (const auto all = watchers_)
      for (const auto& one : *all)
        one->look_again();
  }

  /// It will never be a member again.
  void end() noexcept {
    leave();
    const auto all = std::exchange(watchers_, nullptr);
    thrown_of_former_ += thrown_by(all);
    if (std::exchange(has_changed_, false) && all)
      for (const auto& one : *all)
        one->look_again();
  }

  /// Takes what a user has sent: a value, a question, or somebody who watches, who comes too late
  /// if the client is closed. Returns whether it is one of these.
  [[nodiscard]] bool take(const envelope& what, bool is_closed) {
    if (what.holds<presence_wish<Data>>())
      show(what.as<presence_wish<Data>>().what);
    else if (what.holds<presence_question<Data>>())
      *what.as<presence_question<Data>>().answer = seen();
    else if (!what.holds<presence_watch_request<Data>>())
      return false;
    else if (!is_closed)
      watch(what.as<presence_watch_request<Data>>().what);
    return true;
  }

  /// Tells `one` of changes from now on, and first what is seen now, if that is known.
  void watch(const presence_watch_ptr<Data>& one) {
    auto next = std::make_shared<list>();
    if (watchers_)
      std::ranges::copy_if(*watchers_, std::back_inserter(*next), [this](const auto& former) {
        thrown_of_former_ += former->has_ended() ? former->thrown() : 0;
        return !former->has_ended();
      });
    next->push_back(one);
    watchers_ = std::move(next);
    one->begin(desk_);
  }

  /// How often watchers have thrown.
  [[nodiscard]] std::size_t thrown() const noexcept {
    return thrown_of_former_ + thrown_by(watchers_);
  }

private:
  using list = std::vector<presence_watch_ptr<Data>>;

  void leave() noexcept {
    copy_.leave();
    put_on_desk();
  }

  void put_on_desk() noexcept {
    desk_->show(copy_.shown());
    has_changed_ = true;
  }

  static std::size_t thrown_by(const std::shared_ptr<const list>& all) noexcept {
    std::size_t sum = 0;
    if (all)
      for (const auto& one : *all)
        sum += one->thrown();
    return sum;
  }

  presence_copy<Data> copy_;
  std::shared_ptr<desk> desk_ = std::make_shared<desk>();
  // Replaced as a whole, since a function may add others or end the client.
  std::shared_ptr<const list> watchers_;
  std::size_t thrown_of_former_ = 0;
  bool has_changed_ = false;
};

} // namespace libsync::detail
