#pragma once

/// The undo of a client.

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "libsync/actors/detail/client/undo_option.hpp"
#include "libsync/actors/detail/server/any_server.hpp"

#include "libsync/detail/fifo.hpp"
#include "libsync/ids.hpp"
#include "libsync/reason.hpp"
#include "libsync/receipt.hpp"
#include "libsync/result.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/submission.hpp"
#include "libsync/undo_limits.hpp"

namespace libsync::detail {

/// An `undo_stack` for a client that does not include it.
template <class Data>
class client_undo {
public:
  using taken = result<submission_number, receipt>;
  using push = std::function<taken(submission<Data>)>;

  client_undo() = default;
  client_undo(const client_undo&) = delete;
  client_undo& operator=(const client_undo&) = delete;
  virtual ~client_undo() = default;

  /// Calls `take()`, by which the client takes `count` submissions from number `first` on, and
  /// notes them as steps if it returns true.
  virtual void note(submission_number first, std::size_t count,
                    const std::function<bool()>& take) = 0;
  virtual void begin_step() noexcept = 0;
  virtual void end_step() noexcept = 0;

  /// As those of `undo_stack`.
  virtual reason ask_for(bool redo) = 0;
  [[nodiscard]] virtual bool can_go_on(const replica<Data, optimistic>& by) const noexcept = 0;
  virtual taken carry_out(const push& by) = 0;
  virtual void drop_waiting() noexcept = 0;
  virtual void publish(std::shared_ptr<undo_counts> where) noexcept = 0;
  [[nodiscard]] virtual std::size_t can_undo() const noexcept = 0;
  [[nodiscard]] virtual std::size_t can_redo() const noexcept = 0;
};

template <class Data>
class typed_client_undo final : public client_undo<Data> {
public:
  using typename client_undo<Data>::push;
  using typename client_undo<Data>::taken;

  typed_client_undo(replica<Data, optimistic>& of, const undo_limits& bounds) : all_(of, bounds) {}

  void note(submission_number first, std::size_t count,
            const std::function<bool()>& take) override {
    typename undo_stack<Data>::taking noted{all_, first, count, server_time()};
    if (take())
      noted.keep();
  }
  void begin_step() noexcept override { all_.begin_step(); }
  void end_step() noexcept override { all_.end_step(); }
  reason ask_for(bool redo) override { return all_.ask_for(redo); }
  [[nodiscard]] bool can_go_on(const replica<Data, optimistic>& by) const noexcept override {
    return all_.can_go_on(by);
  }
  taken carry_out(const push& by) override { return all_.carry_out(by); }
  void drop_waiting() noexcept override { all_.drop_waiting(); }
  void publish(std::shared_ptr<undo_counts> where) noexcept override {
    all_.publish(std::move(where));
  }
  [[nodiscard]] std::size_t can_undo() const noexcept override { return all_.can_undo(); }
  [[nodiscard]] std::size_t can_redo() const noexcept override { return all_.can_redo(); }

private:
  undo_stack<Data> all_;
};

/// The undo of a client of any mode, and who waits for it: nothing, unless it is optimistic.
template <class Data, replica_mode Mode>
class client_steps {
public:
  template <class Replica>
  void start(const undo_option<Data, Mode>&, Replica&) noexcept {}
  [[nodiscard]] static bool is_on() noexcept { return false; }
  template <class Take>
  static auto note(submission_number, std::size_t, Take take) {
    return take();
  }
};

template <class Data>
class client_steps<Data, optimistic> {
public:
  void start(const undo_option<Data, optimistic>& how, replica<Data, optimistic>& of) {
    undo_ = how.make(of);
  }
  [[nodiscard]] bool is_on() const noexcept { return undo_ != nullptr; }
  [[nodiscard]] client_undo<Data>& operator*() const noexcept { return *undo_; }
  [[nodiscard]] client_undo<Data>* operator->() const noexcept { return undo_.get(); }

  /// Calls `take()`, which returns whether the submissions were taken.
  template <class Take>
  auto note(submission_number first, std::size_t count, Take take) {
    if (!undo_)
      return take();
    result<submission_number, receipt> done{0};
    undo_->note(first, count, [&] {
      done = take();
      return static_cast<bool>(done);
    });
    return done;
  }

  /// Who waits for a receipt of what was asked for, in the order of asking; may be empty.
  fifo<receipt_handler> waiting;

private:
  std::unique_ptr<client_undo<Data>> undo_;
};

} // namespace libsync::detail
