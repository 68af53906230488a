#pragma once

/// Where calls are made: in the client, or in a loop of the user's.

#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "libsync/actors/detail/deferred.hpp"

namespace libsync {

class executor;
class poll_queue;

/// Returns an executor that posts by `post(where, task)`, a function that is found in the namespace
/// of `where`. Asio's executors and contexts have one. If `where` can be copied, a copy is kept.
/// Otherwise it must outlive the watchers and coroutines that are called there.
template <class Where>
[[nodiscard]] executor posting_to(Where& where);

/// Where the calls of a watcher are made, and where a coroutine resumes. An executor is a small
/// value, which may be copied.
///
///     libsync::executor{}                     // in the client, which is an actor
///     libsync::executor{queue}                // in a poll_queue, which a loop polls
///     libsync::executor{[&](std::function<void()> task) { pool.run(std::move(task)); }}
///     libsync::posting_to(io_context)         // by asio's `post`
///
/// An executor of the user's is called in the client, and must not wait. It calls each task once,
/// in any thread. The tasks of one watcher never run at the same time, even if several threads call
/// tasks. If it throws, the task was not taken; the exception is reported as one of the watcher's
/// function, and the next change tries again.
class executor {
public:
  /// In the client.
  executor() noexcept = default;

  /// In the threads that poll `queue`.
  executor(const poll_queue& queue) noexcept;

  /// By `post(task)`, where a task is copied and called like a std::function<void()>.
  template <class Post>
  requires(!std::same_as<Post, executor> && !std::derived_from<Post, poll_queue> &&
           std::invocable<Post&, detail::deferred_task>) executor(Post post)
      : where_(new by_call<Post>{std::move(post)}) {}

  /// Whether the calls are made elsewhere than in the client.
  explicit operator bool() const noexcept { return where_ != nullptr; }

  /// For the library's own use.
  void post(std::shared_ptr<detail::deferred> what) const { where_->post(std::move(what)); }

private:
  template <class Post>
  class by_call final : public detail::call_place {
  public:
    explicit by_call(Post post) : post_(std::move(post)) {}
    void post(std::shared_ptr<detail::deferred> what) override {
      std::invoke(post_, detail::deferred_task{std::move(what)});
    }

  private:
    Post post_;
  };

  std::shared_ptr<detail::call_place> where_;
};

template <class Where>
executor posting_to(Where& where) {
  if constexpr (std::copy_constructible<Where>)
    return [where](detail::deferred_task task) mutable { post(where, std::move(task)); };
  else
    return [&where](detail::deferred_task task) { post(where, std::move(task)); };
}

template <class Where>
requires(!std::is_lvalue_reference_v<Where>) [[nodiscard]] executor posting_to(Where&& where) {
  static_assert(std::copy_constructible<Where>,
                "libsync: an object to post to that cannot be copied must be an lvalue, because it "
                "must outlive the calls");
  return posting_to<Where>(where);
}

} // namespace libsync
