#include "connection.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <sys/socket.h>

#include "libsync/actors/messages.hpp"
#include "libsync/network/detail/wire_link.hpp"
#include "on_caf/compat.hpp"
#include "on_caf/later.hpp"
#include "on_caf/spawned.hpp"

#include "libsync/detail/thrown.hpp"

namespace libsync::detail {

namespace {

using namespace std::chrono_literals;

// An end that has closed waits so long for the other one.
constexpr auto linger = 1s;

class connection {
public:
  connection(caf::io::broker* self, caf::io::connection_handle socket, connection_plan plan)
      : self_(self), socket_(socket), plan_(std::move(plan)),
        link_(plan_.mine ? wire_link{plan_.bounds, *plan_.mine, now()}
                         : wire_link{plan_.bounds, now()}) {}

  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection() { tell_closed("the connection has ended"_reason); }

  void begin() {
    self_->configure_read(socket_, caf::io::receive_policy::at_most(64 << 10));
    self_->ack_writes(socket_, true);
    compat::send_later(self_, beat(), flush_atom_v);
    go_on([&] {
      plan_.user->began(compat::ref_to(caf::strong_actor_ptr{self_->ctrl()}));
      if (plan_.tls)
        tls_ = std::make_unique<tls_channel>(plan_.tls);
    });
  }

  void came(const char* bytes, std::size_t size) {
    plan_.counters->bytes_in += size;
    go_on([&] {
      if (tls_)
        link_.feed(tls_->open({bytes, size}), now());
      else
        link_.feed({bytes, size}, now());
      hear();
    });
  }

  void send(const std::string& frame) {
    go_on([&] { link_.send(frame, now()); });
  }
  void end(const reason& why) {
    go_on([&] { link_.close(why); });
  }
  void tick() {
    if (is_closing_)
      return;
    compat::send_later(self_, beat(), flush_atom_v);
    go_on([&] { link_.tick(now(), !is_halted_); });
  }
  void sent(std::uint64_t rest) {
    unsent_ = rest;
    if (is_closing_ && rest == 0)
      shut(SHUT_WR); // all is said
  }
  void resume() {
    if (is_closing_)
      return;
    if (const auto pause = pause_now(); pause > 0ns)
      return compat::send_later(self_, pause, done_atom_v);
    is_halted_ = false;
    self_->trigger(socket_);
  }
  void lost() {
    link_.lose("the other end has closed the connection"_reason);
    tell_closed(link_.why_closed());
    self_->quit();
  }
  // The other end takes its time to close.
  void close_at_once() { shut(SHUT_RDWR); }

private:
  static wire_link::time_point now() { return std::chrono::steady_clock::now(); }

  // How often it looks whether somebody is silent.
  [[nodiscard]] std::chrono::nanoseconds beat() const {
    return std::clamp<std::chrono::nanoseconds>(
        std::min({plan_.bounds.greeting, plan_.bounds.heartbeat, plan_.bounds.silence}) / 4, 1ms,
        1s);
  }

  template <class Step>
  void go_on(Step step) {
    if (is_closing_)
      return;
    try {
      step();
      flush();
    } catch (...) {
      fail(thrown());
    }
    if (link_.state() == wire_link::stage::closed)
      close();
    else
      halt_if_much_waits();
  }

  // What is encrypted can be said no more, or there is no memory.
  void fail(std::string_view why) {
    link_.close(reason{why});
    try {
      flush();
    } catch (...) {
      tls_ = nullptr;
      static_cast<void>(link_.take_output());
    }
  }

  void hear() {
    const auto time = now();
    while (const auto frame = link_.next(time))
      plan_.user->take({std::string{*frame}, unhandled_});
    if (link_.state() == wire_link::stage::asking) {
      plan_.other.token = link_.said().token;
      plan_.other.is_encrypted = tls_ != nullptr;
      if (tls_)
        plan_.other.certificate = tls_->peer_name();
      link_.answer(plan_.user->judge(link_.said(), plan_.other), time);
      open();
      return hear(); // what has come behind the greeting
    }
    open();
  }

  void open() {
    if (link_.state() == wire_link::stage::open && !std::exchange(is_open_, true))
      plan_.user->opened(plan_.other);
  }

  void flush() {
    if (tls_ && link_.has_output())
      tls_->say(link_.take_output());
    const auto bytes = tls_ ? tls_->take_output() : link_.take_output();
    if (bytes.empty())
      return;
    plan_.counters->bytes_out += bytes.size();
    unsent_ += bytes.size();
    self_->write(socket_, bytes.size(), bytes.data());
    self_->flush(socket_);
    if (unsent_ > plan_.bounds.unsent_bytes)
      link_.lose(reason{"the other end takes nothing: " + std::to_string(unsent_) +
                        " bytes wait to be sent (connection_limits::unsent_bytes)"});
  }

  // How long nothing is to be read.
  [[nodiscard]] std::chrono::nanoseconds pause_now() {
    const auto pause = link_.pause(now());
    return *unhandled_ > plan_.bounds.unhandled_bytes
               ? std::max<std::chrono::nanoseconds>(pause, 5ms)
               : pause;
  }
  void halt_if_much_waits() {
    if (is_halted_)
      return;
    const auto pause = pause_now();
    if (pause == 0ns)
      return;
    is_halted_ = true;
    ++plan_.counters->pauses;
    self_->halt(socket_);
    compat::send_later(self_, pause, done_atom_v);
  }

  void close() {
    is_closing_ = true;
    tell_closed(link_.why_closed());
    self_->trigger(socket_); // or nobody would hear that the other end has closed
    if (unsent_ == 0)
      return shut(SHUT_RDWR);
    compat::send_later(self_, linger, close_atom_v);
  }

  // CAF's own way to close waits for the other end for ever. Once both directions are shut, it
  // hears that the connection is closed. An id is a socket's number.
  void shut(int direction) {
    if (self_->valid(socket_))
      ::shutdown(static_cast<int>(socket_.id()), direction);
  }

  void tell_closed(const reason& why) noexcept {
    if (const auto user = std::exchange(plan_.user, nullptr))
      user->closed(why);
  }

  caf::io::broker* self_;
  caf::io::connection_handle socket_;
  connection_plan plan_;
  wire_link link_;
  std::unique_ptr<tls_channel> tls_;
  std::shared_ptr<unhandled_bytes> unhandled_ = std::make_shared<unhandled_bytes>(0);
  std::uint64_t unsent_ = 0;
  bool is_open_ = false;
  bool is_halted_ = false;
  bool is_closing_ = false;
};

} // namespace

caf::behavior run_connection(caf::io::broker* self, caf::io::connection_handle socket,
                             const connection_plan& plan) {
  auto kept = std::make_shared<connection>(self, socket, plan);
  compat::end_with_exceptions(self);
  kept->begin();
  return {
      [kept](const caf::io::new_data_msg& what) {
        kept->came(reinterpret_cast<const char*>(what.buf.data()), what.buf.size());
      },
      [kept](const caf::io::data_transferred_msg& what) { kept->sent(what.remaining); },
      [kept](const caf::io::connection_closed_msg&) { kept->lost(); },
      [kept](frame_atom, const envelope& what) { kept->send(what.as<std::string>()); },
      [kept](close_atom, const envelope& why) { kept->end(why.as<reason>()); },
      [kept](flush_atom) { kept->tick(); },
      [kept](done_atom) { kept->resume(); },
      [kept](close_atom) { kept->close_at_once(); },
  };
}

} // namespace libsync::detail
