#pragma once

/// Those who wait for what a server accepts next.

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "libsync/ids.hpp"
#include "libsync/protocol/log.hpp"

namespace libsync::detail {

/// Answers readers of the log, who need be no members: at once, or as soon as there is something to
/// answer. A reader asks again for what comes after that, whenever it likes. So a slow one costs
/// nothing, and none is sent more than it has asked for. The log is a `sequencer`.
template <class Data>
class log_followers {
public:
  /// Names a question.
  using ticket = std::uint64_t;

  /// Returns the answer, or nothing: then the ticket waits, until `answer_all` or `forget`.
  template <class Log>
  [[nodiscard]] std::optional<log_part<Data>> ask(ticket by, const log_request& what,
                                                  const Log& log) {
    auto told = log.read_log(what);
    if (what.waits && told.empty() && !told.truncated_at) {
      waiting_.insert_or_assign(by, what);
      return std::nullopt;
    }
    return told;
  }

  /// Something was accepted, or an epoch has begun: calls `answer(ticket, log_part<Data>)` for each
  /// that has waited for it. If that throws, the rest wait on.
  template <class Log, class Answer>
  void answer_all(const Log& log, Answer answer) {
    for (auto next = waiting_.begin(); next != waiting_.end();) {
      auto told = log.read_log(next->second);
      if (told.empty() && !told.truncated_at) {
        ++next;
        continue;
      }
      answer(next->first, std::move(told));
      next = waiting_.erase(next);
    }
  }

  void forget(ticket by) noexcept { waiting_.erase(by); }
  void forget_all() noexcept { waiting_.clear(); }

  [[nodiscard]] bool empty() const noexcept { return waiting_.empty(); }

private:
  std::map<ticket, log_request> waiting_;
};

} // namespace libsync::detail
