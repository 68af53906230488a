#pragma once

/// The accepted operations that a server keeps for clients that come back.

#include <algorithm>
#include <cstddef>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "libsync/detail/shared.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/size_of.hpp"

namespace libsync::detail {

/// The newest batches, contiguous; after `trim`, at most `limit` operations and bytes in all (the
/// newest batch is kept even if it alone is larger). The batches are those that were sent, shared
/// and not copied.
template <class Data>
class batch_log {
public:
  explicit batch_log(amount limit) : limit_(limit) {}

  /// Keeps `newest`, and returns it to be shared. Where that throws, `newest` is as it was.
  batch_ptr<Data> append(batch<Data>&& newest) {
    static_assert(std::is_nothrow_move_assignable_v<batch<Data>>);
    auto kept = shared<batch<Data>>();
    batches_.push_back(kept);
    *kept = std::move(newest);
    size_ = size_ + amount_of(*kept);
    return kept;
  }

  /// Keeps one that was sent before.
  void adopt(batch_ptr<Data> sent) {
    size_ = size_ + amount_of(*sent);
    batches_.push_back(std::move(sent));
  }

  /// Lets the oldest batches go. It may have to free them, which takes longer than `append`.
  void trim() noexcept {
    trim([](const batch<Data>&) {});
  }

  /// The same; before each goes it calls `let_go(batch)`, which must not throw.
  template <class LetGo>
  void trim(LetGo let_go) noexcept {
    while (!size_.within(limit_) && batches_.size() > 1) {
      size_ = size_ - amount_of(*batches_.front());
      let_go(*batches_.front());
      batches_.pop_front();
    }
  }

  /// Lets all go.
  void clear() noexcept {
    batches_.clear();
    size_ = {};
  }

  /// Returns the batches that lead on from `version`, which are none if nothing came after it;
  /// or nothing if they are no longer all kept, or if no batch begins there.
  [[nodiscard]] std::optional<std::vector<batch_ptr<Data>>> since(libsync::version version) const {
    auto found = part_after(version, std::numeric_limits<std::size_t>::max());
    if (found && found->front()->first != version + 1)
      found.reset();
    return found;
  }

  /// Returns the batches from the one on in which the version after `version` lies, with about
  /// `most` operations; or nothing if it is not kept.
  [[nodiscard]] std::optional<std::vector<batch_ptr<Data>>> part_after(libsync::version version,
                                                                       std::size_t most) const {
    const auto ends_before = [](const batch_ptr<Data>& one, libsync::version wanted) {
      return one->last < wanted;
    };
    auto next = std::lower_bound(batches_.begin(), batches_.end(), version + 1, ends_before);
    if (next == batches_.end() || (*next)->first > version + 1)
      return std::nullopt;
    std::vector<batch_ptr<Data>> found;
    for (std::size_t count = 0; next != batches_.end() && count < most; ++next) {
      found.push_back(*next);
      count += (*next)->operations.size();
    }
    return found;
  }

  /// The version before the first that is kept; nothing if none is.
  [[nodiscard]] std::optional<libsync::version> begins_after() const noexcept {
    return batches_.empty() ? std::nullopt : std::optional{batches_.front()->first - 1};
  }

  /// Returns all that are kept, oldest first.
  [[nodiscard]] std::vector<batch_ptr<Data>> all() const {
    return {batches_.begin(), batches_.end()};
  }

  /// Returns how many operations and bytes are kept.
  [[nodiscard]] amount size() const noexcept { return size_; }

private:
  amount limit_;
  amount size_;
  std::deque<batch_ptr<Data>> batches_;
};

} // namespace libsync::detail
