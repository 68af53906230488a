#pragma once

/// Clients that are sessions, of which some submit.

#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "libsync/actors/load/detail/load_stream.hpp"
#include "libsync/actors/session.hpp"

namespace libsync::detail {

/// The clients of a measurement. Each submitter is a thread.
template <class Data, class Make>
class load_sessions {
public:
  load_sessions(const server<Data>& to, const load_options& how,
                const std::shared_ptr<load_work<Data>>& work,
                const load_streams<Data, Make>& streams)
      : work_(work), streams_(streams) {
    sessions_.reserve(how.clients);
    for (std::size_t i = 0; i < how.clients; ++i)
      sessions_.push_back(std::make_unique<session<Data>>(to, client_options<Data>{how.bounds}));
    for (const auto& one : sessions_)
      if (const auto shown = one->snapshot(); !shown) // it has joined
        throw std::runtime_error("libsync::measure_load: a client cannot join: " + shown.reason());
  }

  void start() {
    for (std::size_t i = 0; i < streams_.size(); ++i)
      threads_.emplace_back([&to = *sessions_[i % sessions_.size()], &from = *streams_[i],
                             paced = work_->plan.is_paced(),
                             &work = *work_] { submit_all(to, from, paced, work); });
  }

  /// Once each submitter was told of its last operation: waits until none counts any more.
  void finish() { threads_.clear(); }

  [[nodiscard]] result<version> wait_for(std::size_t which, version target,
                                         std::chrono::nanoseconds most) {
    return sessions_[which]->wait_for(target, most);
  }

  [[nodiscard]] client<Data> handle(std::size_t which) const { return sessions_[which]->handle(); }

private:
  using stream = load_stream<Data, Make>;

  static void submit_all(session<Data>& to, stream& from, bool paced, load_work<Data>& work) {
    try {
      while (!from.is_done()) {
        for (auto run = from.plain_run(); run > 0; --run)
          if (!post(to, from, next(to, from)))
            return end(from, work);
        if (paced)
          schedule::wait_until(from.due());
        if (from.plain_run() == 0 && !submit(to, from, next(to, from)))
          return end(from, work);
      }
    } catch (...) {
      from.give_up(std::current_exception()); // its last operation was not submitted
    }
  }

  // The server has ended. If it was the last operation that was not taken, this was told.
  static void end(stream& from, load_work<Data>& work) {
    const auto why =
        std::make_exception_ptr(std::runtime_error("libsync::measure_load: the server has ended"));
    if (from.is_done())
      work.fail(why);
    else
      from.give_up(why);
  }

  static typename Data::operation next(session<Data>& to, stream& from) {
    if (!from.reads_newest())
      return from.make(nullptr);
    std::optional<typename Data::operation> made;
    if (const auto read = to.read([&](const Data& newest) { made = from.make(&newest); }); !read)
      throw std::runtime_error("libsync::measure_load: a client has no data: " +
                               std::string{read.reason()});
    return *std::move(made);
  }

  // These return false if nothing can be submitted any more.
  static bool post(session<Data>& to, stream& from, typename Data::operation op) {
    from.skip_turn();
    return count(from, to.post(std::move(op)));
  }

  static bool submit(session<Data>& to, stream& from, typename Data::operation op) {
    const auto turn = from.take_turn();
    return count(from, stream::is_followed(turn) ? to.submit(std::move(op), from.follow(turn))
                                                 : to.post(std::move(op)));
  }

  static bool count(stream& from, posted answer) noexcept {
    if (answer != posted::taken)
      from.not_taken();
    return answer != posted::closed;
  }

  std::shared_ptr<load_work<Data>> work_;
  load_streams<Data, Make> streams_; // which receipts need until the sessions are closed
  std::vector<std::unique_ptr<session<Data>>> sessions_;
  std::vector<std::jthread> threads_;
};

} // namespace libsync::detail
