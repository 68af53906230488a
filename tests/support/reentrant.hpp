#pragma once

/// A sink that calls back: at the k-th call that a replica makes, for each k in turn.

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <variant>

#include "support/failing.hpp"
#include "support/record.hpp"

/// Records what a replica hands out, and at one of its calls calls `action` from within. Only what
/// it sends may fail for want of memory.
template <class Data>
struct reentrant_record : client_record<Data> {
  using base = client_record<Data>;

  template <class Message>
  void send(const Message& what) {
    base::send(what);
    sent.emplace_back(what);
    called("send");
  }
  void send_leave() {
    base::send_leave();
    sent.emplace_back(leaving{});
    called("send_leave");
  }
  void send_acknowledgement(libsync::version version) {
    base::send_acknowledgement(version);
    sent.emplace_back(version);
    called("send_acknowledgement");
  }
  void accepted(libsync::submission_number first, std::size_t count, libsync::version version) {
    const failing::paused memory{failing::allocations()};
    base::accepted(first, count, version);
    called("accepted");
  }
  void settled(libsync::submission_number number, const libsync::receipt& what) {
    const failing::paused memory{failing::allocations()};
    base::settled(number, what);
    called("settled");
  }
  template <class Event>
  void changed(const Event& what) {
    const failing::paused memory{failing::allocations()};
    base::changed(what);
    called("changed");
  }
  void diverged(libsync::version version, const typename Data::operation& op,
                const libsync::reason& why) {
    const failing::paused memory{failing::allocations()};
    base::diverged(version, op, why);
    called("diverged");
  }

  struct leaving {};
  using message =
      std::variant<libsync::join_request, libsync::parcel_ptr<Data>, libsync::version, leaving>;

  /// What was sent to the server, in order.
  std::deque<message> sent;
  /// The call, counted from 1 on, at which `action` is called; 0 for none.
  std::size_t due = 0;
  std::function<void()> action;
  /// How many calls came, and the one at which `action` was called.
  std::size_t calls = 0;
  std::string called_at;

private:
  void called(const char* name) {
    if (++calls != due)
      return;
    called_at = name;
    action();
  }
};
