#pragma once

/// Operations that a server submits at their time.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libsync/detail/shared.hpp"
#include "libsync/ids.hpp"

namespace libsync {

/// A wish for a timer: an operation under a name, or none, to cancel the one of that name.
template <class Data>
struct timer_request {
  std::string name;
  timestamp time = 0;
  std::optional<typename Data::operation> op = std::nullopt;
};

/// By this the functions of a server, such as `on_effect`, set timers. Copies are the same
/// timetable: one is given to the server (`server_options::timetable`), and others are held by its
/// functions. To be used in these functions only. Anybody else uses `server::submit_at`.
template <class Data>
class timetable {
public:
  using operation = typename Data::operation;

  /// The server submits `op` once `time` (in milliseconds since 1970) has come by its clock. A
  /// timer that is set under the name of another replaces it. So a handler that runs an effect
  /// again sets no second one. At the limit `timers` it is refused, and `on_refused` is told.
  void submit_at(std::string name, timestamp time, operation op) const {
    wishes_->push_back({std::move(name), time, std::move(op)});
  }

  /// Harmless if there is no timer of that name.
  void cancel(std::string name) const { wishes_->push_back({std::move(name)}); }

  /// For the library's own use.
  [[nodiscard]] std::vector<timer_request<Data>>& wishes() const noexcept { return *wishes_; }

private:
  std::shared_ptr<std::vector<timer_request<Data>>> wishes_ =
      detail::shared<std::vector<timer_request<Data>>>();
};

} // namespace libsync
