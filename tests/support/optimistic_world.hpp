#pragma once

/// A sequencer and two optimistic replicas, one of which is short of memory.

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/optimistic.hpp"
#include "libsync/sequencer.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/reentrant.hpp"

/// Calls of the first replica are made by `guard`, and may fail. After each, the law is checked:
/// what is shown is the confirmed data with those of the pending submissions that say so.
template <class Data>
class optimistic_world {
public:
  using operation = typename Data::operation;
  using replica = libsync::replica<Data, libsync::optimistic>;

  /// If `with_threads`, submissions of other threads are shown before `me` takes them.
  explicit optimistic_world(bool with_threads = false)
      : early_(with_threads ? libsync::detail::shared<early>() : nullptr),
        me({}, early_ ? made_copy(early_) : nullptr) {
    other.connect(other_out_);
    call([&] { me.connect(out); });
    settle();
  }

  void call(const std::function<void()>& one) {
    guard(one);
    check_what_is_shown();
  }
  /// Submits, and remembers which operations that number has.
  template <class Submission>
  void submit(Submission one, std::vector<operation> all) {
    submitted_[me.next()] = std::move(all);
    call([&] { static_cast<void>(me.submit(std::move(one), out)); });
  }
  void submit(operation op) { submit(op, {op}); }
  void submit_parcel(const std::vector<operation>& all) {
    libsync::parcel<Data> several;
    for (const auto& op : all) {
      submitted_[me.next() + several.count] = {op};
      libsync::append(several, operation{op});
    }
    call([&] {
      static_cast<void>(me.push(several));
      me.pump(out);
    });
  }
  /// Submits as another thread of `me`: it is shown to whoever reads next, and taken by
  /// `take_early`.
  void submit_early(const operation& op) {
    early_->known.push_back(op);
    libsync::append(early_->waiting, operation{op});
  }
  /// `me` takes what other threads have submitted.
  void take_early() {
    libsync::parcel<Data> taken;
    for (const auto& op : early_->known) {
      submitted_[me.next() + taken.count] = {op};
      libsync::append(taken, operation{op});
    }
    for (const auto before = me.next(); me.next() == before;)
      call([&] {
        if (me.push(taken))
          early_->known.clear();
      });
    call([&] { me.pump(out); });
  }
  void submit_as_other(operation op) { static_cast<void>(other.submit(std::move(op), other_out_)); }

  /// Delivers what is under way to the server, then what it has sent, until there is nothing more.
  void settle() {
    for (bool moved = true; moved;) {
      moved = send(out, 1);
      moved = send(other_out_, 2) || moved;
      if (std::exchange(server_out_.flushes_asked, 0) != 0)
        server.flush(server_out_);
      moved = receive() || moved;
    }
  }

  /// Both have what the server has, and each submission has one receipt, in order, which is true.
  void check_end() {
    CHECK(me.joined());
    CHECK(me.shown() == server.data());
    CHECK(me.confirmed().data->lines == server.data().lines);
    CHECK(other.shown() == server.data());
    REQUIRE(out.receipts.size() == me.next() - 1);
    for (std::size_t i = 0; i != out.receipts.size(); ++i)
      CHECK(out.receipts[i].first == i + 1);
  }

  libsync::sequencer<Data, int> server{Data{}, libsync::epoch_id{7}};

private:
  void check_what_is_shown() {
    if (!me.has_data())
      return;
    Data expected = *me.confirmed().data;
    for (const auto& one : me.pending())
      if (one.standing == libsync::standing::pending)
        for (const auto& op : operations_of(one.number))
          static_cast<void>(libsync::reducer<Data>::step(expected, op));
    CHECK(me.shown() == expected);
  }
  [[nodiscard]] std::vector<operation> operations_of(libsync::submission_number number) const {
    if (number < me.next())
      return submitted_.at(number);
    return {early_->known.at(number - me.next())};
  }

  // What other threads have submitted.
  struct early {
    libsync::parcel<Data> waiting; // to be shown
    std::vector<operation> known;  // not taken by the replica
  };
  static auto made_copy(std::shared_ptr<early> from) {
    using copy = libsync::detail::shared_optimistic_copy<Data>;
    auto made = libsync::detail::shared<copy>(libsync::detail::readers::any);
    made->feed([from] { return from->waiting.count != 0; },
               [from](libsync::parcel<Data>& to) {
                 to.operations.reserve(to.operations.size() + from->waiting.operations.size());
                 libsync::append(to, std::move(from->waiting));
                 from->waiting = {};
               });
    return made;
  }

  bool send(reentrant_record<Data>& from, int route) {
    const bool moved = !from.sent.empty();
    for (; !from.sent.empty(); from.sent.pop_front())
      std::visit([&](const auto& what) { up(route, what); }, from.sent.front());
    return moved;
  }
  void up(int route, const libsync::join_request& what) {
    server.join(route, what, 0, server_out_);
  }
  void up(int route, const libsync::parcel_ptr<Data>& what) {
    server.submit(route, *what, 0, server_out_);
  }
  void up(int route, libsync::version what) { server.acknowledge(route, what, server_out_); }
  void up(int route, typename reentrant_record<Data>::leaving) {
    server.leave(route, 0, server_out_);
  }

  bool receive() {
    const bool moved = taken_ != server_out_.sent.size();
    for (; taken_ != server_out_.sent.size();) {
      const auto [route, message] = server_out_.sent[taken_++];
      if (route == 1)
        call([&] { std::visit([&](const auto& what) { down(me, what, out); }, message); });
      else
        std::visit([&](const auto& what) { down(other, what, other_out_); }, message);
    }
    return moved;
  }
  template <class Message>
  static void down(replica& to, const std::shared_ptr<Message>& what, reentrant_record<Data>& out) {
    if constexpr (std::is_same_v<std::shared_ptr<Message>, libsync::batch_ptr<Data>>)
      to.receive(what, out);
    else
      to.receive(*what, out);
  }
  static void down(replica& to, const libsync::suspended& what, reentrant_record<Data>& out) {
    to.receive(what, out);
  }
  static void down(replica&, const libsync::snapshot<Data>&, reentrant_record<Data>&) {}

  std::shared_ptr<early> early_;

public:
  replica me;
  replica other;
  reentrant_record<Data> out;
  std::function<void(const std::function<void()>&)> guard = [](const auto& call) { call(); };

private:
  server_record<Data> server_out_;
  reentrant_record<Data> other_out_;
  std::size_t taken_ = 0;
  std::map<libsync::submission_number, std::vector<operation>> submitted_;
};
