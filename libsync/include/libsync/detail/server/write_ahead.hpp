#pragma once

/// What a server says waits until it is written down.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

namespace libsync::detail {

/// Messages in the order in which they were said, each behind the record that must be written
/// before anybody may hear it. Records have numbers, from 1 on. Decides nothing itself.
///
/// A client has one parcel in flight, and submits the next one when the reply has come. So no more
/// waits here than the replies to one parcel of each member, and the batches of these.
template <class Message>
class write_ahead {
public:
  [[nodiscard]] bool empty() const noexcept { return waiting_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return waiting_.size(); }

  /// Holds a message back. `seal` says for how long.
  void hold(Message what) { waiting_.push_back({0, std::move(what)}); }

  /// What was held since the last call waits until the record of that number is written.
  void seal(std::uint64_t record) noexcept {
    for (; sealed_ != waiting_.size(); ++sealed_)
      waiting_[sealed_].record = record;
  }

  /// All records up to that one are written: calls `say(Message&&)` for each message that waits for
  /// nothing else. Each is taken out before it is said. What `say` holds is not sealed.
  template <class Say>
  void release(std::uint64_t written, Say say) {
    while (sealed_ != 0 && waiting_.front().record <= written) {
      auto next = std::move(waiting_.front().what);
      waiting_.pop_front();
      --sealed_;
      say(std::move(next));
    }
  }

  /// Nobody will hear those of which `is_void(const Message&)` is true.
  template <class Predicate>
  void forget(Predicate is_void) {
    sealed_ = static_cast<std::size_t>(
        std::count_if(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(sealed_),
                      [&](const held& one) { return !is_void(one.what); }));
    std::erase_if(waiting_, [&](const held& one) { return is_void(one.what); });
    early_ = 0; // those that were offered already are offered again, if there is a need
  }

  /// While nothing will be released any more, until all is dropped: lets some of it be said at
  /// once, out of order. Calls `say(const Message&)` for each message that was held since the last
  /// call, which returns whether it has said it.
  template <class Say>
  void say_early(Say say) {
    for (auto next = early_; next != waiting_.size(); ++next)
      waiting_[next].is_said = waiting_[next].is_said || say(std::as_const(waiting_[next].what));
    std::erase_if(waiting_, [](const held& one) { return one.is_said; });
    early_ = waiting_.size();
  }

  /// Nobody will hear what is held. Returns it, in order.
  [[nodiscard]] std::deque<Message> drop() {
    std::deque<Message> gone;
    for (auto& one : waiting_)
      if (!one.is_said)
        gone.push_back(std::move(one.what));
    waiting_.clear();
    sealed_ = early_ = 0;
    return gone;
  }

private:
  struct held {
    std::uint64_t record;
    Message what;
    bool is_said = false; // if another could not be said
  };

  std::deque<held> waiting_;
  std::size_t sealed_ = 0;
  std::size_t early_ = 0; // so many were not said early
};

} // namespace libsync::detail
